import type { BackgroundTask } from '../../core'
import { inWords } from './tasks'

const every = Bun.env.POLL_EVERY ?? '1s'
const latest: BackgroundTask[] = []

/** Keeps a few tasks to show: each knows what has become of it. */
export function remember(...tasks: BackgroundTask[]) {
  latest.unshift(...tasks)
  latest.splice(20)
}

export function Tasks() {
  return (
    <section
      aria-live="polite"
      hx-get="/tasks"
      hx-trigger={`every ${every}`}
      hx-swap="innerMorph"
    >
      <TaskList />
    </section>
  )
}

export function TaskList() {
  return (
    <>
      <h2>Tasks</h2>
      {latest.length === 0 && <p class="quiet">None yet.</p>}
      <ul class="list">{latest.map(TaskItem)}</ul>
    </>
  )
}

function TaskItem(task: BackgroundTask) {
  return (
    <li id={`task-${task.id}`}>
      <code safe>{`${task.name}('${String(task.args[0])}')`}</code>
      <span class={['status', task.status]}>{task.status}</span>
      <span safe>{reason(task)}</span>
    </li>
  )
}

function reason({ status, error }: BackgroundTask): string {
  if (status === 'skipped') return 'The task before it failed.'
  return status === 'failed' ? inWords(error) : ''
}

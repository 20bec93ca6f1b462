import type { BackgroundTask } from '../../core'
import { Page } from '../page'
import { Buttons } from './buttons'
import { Gallery } from './gallery'
import safePing from './ping.html' with { type: 'text' }

const every = Bun.env.POLL_EVERY ?? '1s'
const latest: { where: string; task: BackgroundTask }[] = []

/** Keeps a few tasks to show: each knows what has become of it. */
export function remember(
  where: 'tasks' | 'pool',
  task: BackgroundTask,
) {
  latest.unshift({ where, task })
  latest.splice(10)
}

export function Home() {
  return (
    <Page lesson={4} title="Who can still be served?">
      <p>
        The first two buttons each add a task that computes for about a
        second: on the event loop, which runs this server, or on
        workers, which are threads beside it. The third adds four of
        them. The ping asks for an answer all the time, as another
        visitor would.
      </p>
      {safePing}
      <Buttons />
      <h2>Tasks</h2>
      <div
        id="tasks"
        aria-live="polite"
        hx-get="/tasks"
        hx-trigger={`every ${every}`}
        hx-swap="innerMorph"
      >
        <TaskList />
      </div>
      <Gallery />
    </Page>
  )
}

export function TaskList() {
  if (latest.length === 0) return <p class="quiet">None yet.</p>
  return <ul class="list">{latest.map(TaskItem)}</ul>
}

function TaskItem({ where, task }: (typeof latest)[number]) {
  return (
    <li id={`task-${task.id}`}>
      <code safe>{`${where}.${task.name}(${task.args.join()})`}</code>
      <span class={['status', task.status]}>{task.status}</span>
      <span safe>{task.status === 'failed' && String(task.error)}</span>
    </li>
  )
}

/** The lanes of a run that is judged: its requests, tasks, calls and jobs, as events that are counted from 1. */
import { subscribe, type TracedTask } from '../../../core/trace'
import { argumentsAsText, errorAsText, placeIn } from '../lanes/describe'
import type { LaneEvent, ProcessEvent } from '../lanes/events'
import { home } from '../program'

let run = 0

/** What begins from now on, a request or a task, is of another run; its number is for `must`. */
export function beginRun(): number {
  return ++run
}

/** The number of the run that has begun last. */
export function currentRun(): number {
  return run
}

/** Calls `tell` with all that happens in this process from now on, and with the run in which that began. */
export function watchLanes(tell: (event: LaneEvent, run: number) => void): Disposable {
  let n = 0
  const runs = new Map<string, number>()
  const say = (event: Extract<ProcessEvent, { id: unknown }>) => {
    const key = `${event.type} ${event.id}`
    const begun = runs.get(key) ?? run
    runs.set(key, begun)
    tell({ n: ++n, process: 'app', ...event }, begun)
  }
  return subscribe({
    request({ at, status, request: { id, method, path }, code = 0 }) {
      const moment = { type: 'request', at: onOneClock(at), id } as const
      if (status === 'arrived') say({ ...moment, status, method, path })
      else if (status === 'answered') say({ ...moment, status, code })
      else say({ ...moment, status })
    },
    task({ at, status, task, request }) {
      const { id, name } = task
      // A queue tells of a job that is watched as of a task.
      if (typeof id !== 'number') return
      say({
        type: 'task',
        at: onOneClock(at),
        id,
        name,
        status,
        ...(status === 'waiting' && detailsOf(task)),
        ...(request && { request: request.id }),
        ...(status === 'failed' && { error: errorAsText(task.error) }),
      })
    },
  })
}

/** Of a task that is being added: whoever adds it stands in this stack. */
function detailsOf({ args: given }: TracedTask) {
  const args = argumentsAsText(given)
  const place = placeIn(new Error('a stack').stack ?? '', home)
  return { ...(args !== undefined && { args }), ...(place && { place }) }
}

function onOneClock(at: number): number {
  return performance.timeOrigin + at
}

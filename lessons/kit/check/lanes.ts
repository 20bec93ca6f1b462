/** The lanes of a run that is judged: its requests, tasks, calls and jobs, as events that are counted from 1. */
import { subscribe } from '../../../core/trace'
import type { LaneEvent, ProcessEvent } from '../lanes/events'
import { inWords } from './explain'

let run = 0

/** What begins from now on, a request or a task, is of another run; its number is for `must`. */
export function beginRun(): number {
  return ++run
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
      const moment = {
        type: 'task',
        at: onOneClock(at),
        id: Number(task.id),
        name: task.name,
      } as const
      say({
        ...moment,
        status,
        ...(status === 'waiting' && {
          args: task.args.map((arg) => Bun.inspect(arg, short)).join(', '),
        }),
        ...(request && { request: request.id }),
        ...(status === 'failed' && { error: inWords(task.error) }),
      })
    },
  })
}

const short = { compact: true, depth: 1 }

function onOneClock(at: number): number {
  return performance.timeOrigin + at
}

/** The lanes of an exercise that runs in a process of its own: told there, shown with the ones of the check. */
import { subscribe } from '../../../core/trace'
import type { LaneEvent, ProcessEvent } from '../lanes/events'
import { inWords } from './explain'
import { watchLanes } from './lanes'
import type { Message } from './messages'

/** What such a process tells of itself. */
export type LaneMessage = { lane: ProcessEvent }

/** In the process apart: tells of requests, tasks, workers, calls and jobs, from now on. */
export function tellLanes(): void {
  const say = (lane: ProcessEvent) => process.send?.({ lane } satisfies LaneMessage)
  const onOneClock = (at: number) => performance.timeOrigin + at
  // Numbered where they are shown.
  watchLanes((event) => say(event as ProcessEvent))
  subscribe({
    worker: ({ at, status, worker: { id }, error }) =>
      say({
        type: 'worker',
        at: onOneClock(at),
        id,
        status,
        ...(error && { error: inWords(error) }),
      }),
    call: ({ at, status, call, error }) =>
      say({
        type: 'call',
        at: onOneClock(at),
        ...call,
        status,
        ...(status === 'failed' && { error: inWords(error) }),
      }),
    job: ({ at, status, job, error }) =>
      say({
        type: 'job',
        at: onOneClock(at),
        ...job,
        status,
        ...(status === 'failed' && { error: inWords(error) }),
      }),
  })
}

type Unnumbered<Event> = Event extends LaneEvent ? Omit<Event, 'n' | 'process'> : never

let n = 0

/** In the check: shows an event in the lanes of that run. */
export function showLane(event: Unnumbered<LaneEvent>, run: number): void {
  const numbered: LaneEvent = { ...event, n: ++n, process: 'app' }
  process.send?.({ type: 'event', event: numbered, run } satisfies Message)
}

/** What both engines call by the same names: the states of a job, and the events of a queue. */
import type { JobChange, JobStatus } from './engine'
import type { Json } from './json'
import { fromPercent } from './payload'

/** What this library calls a state of the engine. What it does not know waits: for its time, its turn or its parents. */
export function statusOf(state: string): JobStatus {
  if (state === 'active') return 'running'
  if (state === 'completed') return 'succeeded'
  return state === 'failed' ? 'failed' : 'waiting'
}

/** The engine's counts of jobs in each of its states, in ours. */
export function countByStatus(counts: object): Record<JobStatus, number> {
  const count = { waiting: 0, running: 0, succeeded: 0, failed: 0 }
  for (const [state, number] of Object.entries(counts)) count[statusOf(state)] += Number(number)
  return count
}

type EngineEvents = {
  on(
    event: 'waiting' | 'delayed' | 'active',
    take: (event: { jobId: string }) => void,
  ): EngineEvents
  on(event: 'progress', take: (event: { jobId: string; data: unknown }) => void): EngineEvents
  on(
    event: 'completed',
    take: (event: { jobId: string; returnvalue: unknown }) => void,
  ): EngineEvents
  on(event: 'failed', take: (event: { jobId: string; failedReason: string }) => void): EngineEvents
}

/** Tells `listener` of every event. A failure has no status: engines differ in whether it was the last attempt. */
export function listen(events: EngineEvents, listener: (change: JobChange) => void): void {
  events.on('waiting', ({ jobId: id }) => listener({ id, status: 'waiting' }))
  events.on('delayed', ({ jobId: id }) => listener({ id, status: 'waiting' }))
  events.on('active', ({ jobId: id }) => listener({ id, status: 'running' }))
  events.on('progress', ({ jobId: id, data }) => listener({ id, progress: fromPercent(data) }))
  events.on('completed', ({ jobId: id, returnvalue }) =>
    listener({ id, status: 'succeeded', result: returnvalue as Json | undefined }),
  )
  events.on('failed', ({ jobId: id, failedReason: error }) => listener({ id, error }))
}

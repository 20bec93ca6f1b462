/** The events of both engines, as changes of jobs. */
import type { EventEmitter } from 'node:events'

import type { JobChange } from './engine'
import { fromPercent } from './stored'

type EngineEvent = {
  readonly jobId: string
  readonly data: unknown
  readonly returnvalue: unknown
  readonly failedReason: string
}

/** What both engines call by the same names. A failure has no status: engines differ in whether it was the last. */
const changeOf: Record<string, (event: EngineEvent) => Omit<JobChange, 'id'>> = {
  waiting: () => ({ status: 'waiting' }),
  delayed: () => ({ status: 'waiting' }),
  active: () => ({ status: 'running' }),
  progress: ({ data }) => ({ progress: fromPercent(data) }),
  completed: ({ returnvalue }) => ({ status: 'succeeded', result: returnvalue ?? undefined }),
  failed: ({ failedReason }) => ({ error: failedReason }),
}

/** Tells `listener` of every event. */
export function listen(events: EventEmitter, listener: (change: JobChange) => void): void {
  for (const [name, changed] of Object.entries(changeOf))
    events.on(name, (event: EngineEvent) => listener({ id: event.jobId, ...changed(event) }))
}

/** What is stored for a job, and how it is read: the same on both engines. */
import type { JobRecord, JobStatus, Json } from './engine'

/** Any program that shares the queue may read what is stored for a job, and write it. */
export type Payload = {
  /** The arguments, or their JSON text. */
  readonly args: readonly Json[] | string
  /** In milliseconds. */
  readonly timeout?: number
}

/** What is stored for a job, as far as it is ours. */
export function readPayload(stored: unknown): { args?: readonly Json[]; timeout?: number } {
  if (typeof stored !== 'object' || stored === null || !('args' in stored)) return {}
  const timeout = 'timeout' in stored && typeof stored.timeout === 'number' && stored.timeout
  try {
    const args: unknown = typeof stored.args === 'string' ? JSON.parse(stored.args) : stored.args
    return { ...(Array.isArray(args) && { args }), ...(timeout !== false && { timeout }) }
  } catch {
    return {}
  }
}

/** What this library calls a state of the engine. What it does not know waits: for its time, its turn or its parents. */
export function statusOf(state: string): JobStatus {
  if (state === 'active') return 'running'
  if (state === 'completed') return 'succeeded'
  return state === 'failed' ? 'failed' : 'waiting'
}

/** Engines and their dashboards count in per cent. */
export function fromPercent(percent: unknown): number {
  return typeof percent === 'number' ? percent / 100 : 0
}

type StoredJob = {
  readonly id?: string | undefined
  readonly name: string
  readonly data: unknown
  readonly progress?: unknown
  readonly returnvalue?: unknown
  readonly failedReason?: string | undefined
}

export function recordOf(job: StoredJob, state: string, attempts: number): JobRecord {
  const { id = '', name, data, progress, returnvalue, failedReason } = job
  const status = statusOf(state)
  return {
    id,
    name,
    args: readPayload(data).args ?? [],
    status,
    progress: status === 'succeeded' ? 1 : fromPercent(progress),
    attempts,
    result: returnvalue ?? undefined,
    error: failedReason || undefined,
  }
}

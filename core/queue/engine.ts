/** What `queue()` and `consume()` need of an engine, and what both engines have in common. The engines are not ours. */
/** What JSON can say. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type JobStatus = 'waiting' | 'running' | 'succeeded' | 'failed'

/** A job as the engine has it. */
export type JobRecord = {
  readonly id: string
  readonly name: string
  readonly args: readonly Json[]
  readonly status: JobStatus
  /** From 0 to 1. */
  readonly progress: number
  /** How often it was started, whether that ended in a failure or its process died. */
  readonly attempts: number
  readonly result: Json | undefined
  /** The message of the last failure. */
  readonly error: string | undefined
}

/** How to run a job, with nothing left out. Times are in milliseconds. */
export type ResolvedOptions = {
  readonly attempts: number
  readonly backoff: number
  readonly timeout: number
  readonly delay: number
}

export type NewJob = {
  /** One id is one job, so that one which is sent twice is stored once. */
  readonly id: string
  /** The id was made of a key: there may be a job like it already. */
  readonly isKeyed: boolean
  readonly name: string
  readonly args: readonly Json[]
  readonly options: ResolvedOptions
}

/** One change of one job. What is not in it has not changed. */
export type JobChange = { readonly id: string } & Partial<
  Pick<JobRecord, 'status' | 'progress' | 'result' | 'error'>
>

/** The producing side of an engine, for one queue. */
export type QueueEngine = {
  /** The engine's own queue, for what it does better. */
  readonly engine: unknown
  /** Resolves when it is stored. For a job with a key, with what is known of it: there may have been one before. */
  add(job: NewJob): Promise<JobRecord>
  find(id: string): Promise<JobRecord | undefined>
  count(): Promise<Record<JobStatus, number>>
  /** The latest first. */
  deadLetters(limit: number): Promise<JobRecord[]>
  retry(id: string): Promise<boolean>
  /** Calls `listener` on every change of every job, in order, until it is disposed of. */
  watch(listener: (change: JobChange) => void): Promise<AsyncDisposable>
  close(): Promise<void>
}

/** The consuming side of an engine, for one queue. */
export type ConsumerEngine = {
  readonly engine: unknown
  /** Takes no more jobs, and resolves when those that run have ended, or the deadline has come. */
  close(deadline: number): Promise<void>
}

export type ConsumerSettings = {
  readonly concurrency: number
  readonly lostAfter: number
  readonly onTrouble: (error: Error) => void
}

/** Where the jobs are. */
export type EngineOptions = {
  /** Redis or Valkey, as redis:// or rediss://. Default: REDIS_URL. null, or none: the embedded engine. */
  url?: string | null
  /** The file of the embedded engine. It belongs to one process. Default: QUEUE_FILE, or queue.sqlite. */
  file?: string
  /** How long a call waits for a broker or a file that is not to be had, in milliseconds. Default: 5,000. */
  patience?: number
}

/** What is safe in a Redis key, in a URL and on a dashboard. */
export function requireQueueName(name: string): void {
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new TypeError(
      `The name of a queue is made of letters, digits, dots, dashes and underscores, got ${Bun.inspect(name)}.`,
    )
}

export type KeepOptions = {
  /** How long a job is kept after it succeeded, in milliseconds, its key with it. Default: an hour. */
  succeeded?: number
  /** How long a dead letter is kept, in milliseconds. Default: a week. */
  failed?: number
}

/** Where it is, with nothing left out. An empty `url` is the embedded engine. */
export type Where = { readonly url: string; readonly file: string; readonly patience: number }

export const engineOptions = ['url', 'file', 'patience'] as const

export function whereOf(options: EngineOptions): Where {
  const { url = Bun.env.REDIS_URL, file = Bun.env.QUEUE_FILE || 'queue.sqlite' } = options
  const { patience = 5_000 } = options
  for (const [name, value] of Object.entries({ url: url ?? '', file }))
    if (typeof value !== 'string')
      throw new TypeError(`${name} must be a string, got ${Bun.inspect(value)}.`)
  // Not the whole of it: there may be a password in it.
  const [, scheme] = /^(.*?):\/\//.exec(url ?? '') ?? []
  if (scheme !== undefined && !/^((redis|valkey)s?|(redis\+)?unix)$/i.test(scheme))
    throw new TypeError(`url must begin with redis:// or rediss://, got ${scheme}://.`)
  return { url: url ?? '', file, patience }
}

/** The code of a refusal: the first word of a reply of Redis, whose other words change; the code of SQLite or the system. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'ReplyError') return /^[A-Z]+/.exec(error.message)?.[0]
  if (!('code' in error) || typeof error.code !== 'string') return undefined
  // SQLite has finer codes, such as SQLITE_BUSY_SNAPSHOT.
  return /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? error.code
}

export function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** Any program that shares the queue may read it, and write it. */
export type Payload = {
  /** The arguments, or their JSON text. */
  readonly args: readonly Json[] | string
  /** In milliseconds. */
  readonly timeout?: number
}

/** The arguments in a payload; undefined if it is not one of ours. */
export function argsOf(payload: unknown): readonly Json[] | undefined {
  if (typeof payload !== 'object' || payload === null || !('args' in payload)) return undefined
  const { args } = payload
  if (typeof args !== 'string') return Array.isArray(args) ? args : undefined
  try {
    const parsed: unknown = JSON.parse(args)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export function timeoutOf(payload: unknown): number | undefined {
  if (typeof payload !== 'object' || payload === null || !('timeout' in payload)) return undefined
  return typeof payload.timeout === 'number' ? payload.timeout : undefined
}

/** Engines and their dashboards count progress in per cent. */
export const toPercent = (progress: number): number => progress * 100

export const fromPercent = (percent: unknown): number =>
  typeof percent === 'number' ? percent / 100 : 0

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

type StoredJob = {
  readonly id?: string | undefined
  readonly name: string
  readonly data: unknown
  readonly progress?: unknown
  readonly returnvalue?: unknown
  readonly failedReason?: string | undefined
}

export function recordOf(job: StoredJob, status: JobStatus, attempts: number): JobRecord {
  const { id = '', name, data, returnvalue, failedReason } = job
  return {
    id,
    name,
    args: argsOf(data) ?? [],
    status,
    progress: status === 'succeeded' ? 1 : fromPercent(job.progress),
    attempts,
    // BullMQ has null where there is no result.
    result: (returnvalue ?? undefined) as Json | undefined,
    error: failedReason || undefined,
  }
}

/**
 * What `queue()` and `consume()` need of an engine, and which engine that is. The engines are not ours: BullMQ where
 * there is a Redis, bunqueue in a file where there is none. Each is loaded when it is first used.
 */
import { requireMilliseconds } from '../options'
import type { Json } from './json'

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

export type NewJob = {
  /** Says what the job is, and there may be one like it already. Without it the engine makes one up. */
  readonly id: string | undefined
  readonly name: string
  readonly args: readonly Json[]
  readonly options: ResolvedOptions
}

/** How to run a job, with nothing left out. Times are in milliseconds. */
export type ResolvedOptions = {
  readonly attempts: number
  readonly backoff: number
  readonly timeout: number
  readonly delay: number
}

/** One change of one job. What is not in it has not changed. */
export type JobChange = { readonly id: string } & Partial<
  Pick<JobRecord, 'status' | 'progress' | 'result' | 'error'>
>

/** A job in the hands of a consumer. */
export type Delivery = {
  readonly id: string
  readonly name: string
  /** What was stored under this name. Any program may have stored it. */
  readonly payload: unknown
  /** 1 the first time. */
  readonly attempt: number
  readonly attempts: number
  setProgress(progress: number): Promise<unknown>
}

export type Run = (delivery: Delivery) => Promise<Json | undefined>

/** The producing side of an engine, for one queue. */
export type QueueEngine = {
  /** The engine's own queue, for what it does better. */
  readonly engine: unknown
  /** Resolves when it is stored. For a job with an id, with what is known of it: there may have been one before. */
  add(job: NewJob): Promise<JobRecord>
  find(id: string): Promise<JobRecord | undefined>
  count(): Promise<Record<JobStatus, number>>
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

/** Where the jobs are. */
export type EngineOptions = {
  /** Redis or Valkey, as redis:// or rediss://. Default: REDIS_URL. null, or none: the embedded engine. */
  url?: string | null
  /** The file of the embedded engine. It belongs to one process. Default: QUEUE_FILE, or queue.sqlite. */
  file?: string
  /** How long a call waits for a broker that is not there, in milliseconds. Default: 5,000. */
  patience?: number
}

export type KeepOptions = {
  /** How long a job is kept after it succeeded, in milliseconds, its key with it. Default: an hour. */
  succeeded?: number
  /** How long a dead letter is kept, in milliseconds. Default: a week. */
  failed?: number
}

export type ConsumerSettings = EngineOptions & {
  concurrency: number
  lostAfter: number
  readonly onTrouble: (error: Error) => void
}

/** Opens the producing side of a queue. */
export async function openQueue(
  name: string,
  options: EngineOptions & { keep: Required<KeepOptions> },
): Promise<QueueEngine> {
  const { url, file, patience } = resolveEngine(options)
  if (url) {
    const { openBullQueue } = await import('./bullmq')
    return openBullQueue(name, url, patience, options.keep)
  }
  const { openEmbeddedQueue } = await import('./embedded')
  return openEmbeddedQueue(name, file, options.keep)
}

/** Opens the consuming side of a queue. */
export async function openConsumer(
  name: string,
  run: Run,
  settings: ConsumerSettings,
): Promise<ConsumerEngine> {
  const { url, file } = resolveEngine(settings)
  if (url) {
    const { openBullConsumer } = await import('./bullmq-consumer')
    return openBullConsumer(name, run, url, settings)
  }
  const { openEmbeddedConsumer } = await import('./embedded')
  return openEmbeddedConsumer(name, run, file, settings)
}

/** What is safe in a Redis key, in a URL and on a dashboard. */
export function requireQueueName(name: string): void {
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new TypeError(
      `The name of a queue is made of letters, digits, dots, dashes and underscores, got ${Bun.inspect(name)}.`,
    )
}

function resolveEngine(options: EngineOptions): { url: string; file: string; patience: number } {
  const { url = Bun.env.REDIS_URL, file = Bun.env.QUEUE_FILE || 'queue.sqlite' } = options
  const { patience = 5_000 } = options
  requireMilliseconds('patience', patience)
  return { url: url ?? '', file, patience }
}

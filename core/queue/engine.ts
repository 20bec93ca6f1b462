/** What `queue()` and `consume()` need of an engine. The engines are not ours. */

/** What JSON can say. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** 'failed': its attempts are used up, and it is a dead letter. Until then, a job that has failed waits again. */
export type JobStatus = 'waiting' | 'running' | 'succeeded' | 'failed'

/** A job as it was last seen. */
export type JobRecord<Result = unknown> = {
  readonly id: string
  readonly name: string
  readonly args: readonly Json[]
  readonly status: JobStatus
  /** From 0 to 1. */
  readonly progress: number
  /** How often it was started, whether that ended in a failure or its process died. */
  readonly attempts: number
  /**
   * What the function returned, as JSON brings it back, when `status` is `succeeded`. A null is undefined here: BullMQ
   * cannot tell it from nothing at all.
   */
  readonly result: Result | undefined
  /** The message of its last failure, whether there is another attempt or not. */
  readonly error: string | undefined
}

/** How a job is run. Given to `queue()` for all jobs, to `with()` for one. */
export type JobOptions = {
  /**
   * How often a job is started before it is a dead letter. Default: 3. A start whose process died counts, so that a
   * job which takes its process down does not do it for ever. An innocent job that runs beside it then loses an
   * attempt as well: give it as many as it may need.
   */
  attempts?: number
  /**
   * Milliseconds to the second attempt; to each further one it is twice as long. Default: 1,000. The embedded engine
   * spreads them: each is from half to one and a half of that.
   */
  backoff?: number
  /** Milliseconds that an attempt may take. Default: 10 minutes. With BullMQ, Infinity is none. */
  timeout?: number
}

export type NewJob = {
  /** One id is one job, so that one which is sent twice is stored once. */
  readonly id: string
  /** The id was made of a key: there may be a job like it already. */
  readonly isKeyed: boolean
  readonly name: string
  readonly args: readonly Json[]
  readonly options: Required<JobOptions> & { readonly delay: number }
}

/** One change of one job. What is not in it has not changed. An error without a status: it may be tried again. */
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
  /** How many jobs there are in each of the engine's own states. */
  count(): Promise<object>
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
  /** Takes no more jobs, and resolves when those that run have ended, or the deadline has come. May be called again. */
  close(deadline: number): Promise<void>
}

/** One start of a job. */
export type Attempt = {
  readonly id: string
  readonly name: string
  /** 1 the first time. */
  readonly attempt: number
  readonly attempts: number
}

/** An attempt in the hands of a consumer. */
export type Delivery = Attempt & {
  /** What was stored under this name. Any program may have stored it. */
  readonly payload: unknown
  /** Engines and their dashboards count in per cent. */
  readonly setPercent: (percent: number) => Promise<unknown>
  /** Resolves when the engine can write down how it has ended. */
  readonly endable?: () => Promise<void>
}

export type ConsumerSettings = {
  readonly concurrency: number
  readonly lostAfter: number
  readonly onTrouble: (error: Error) => void
  /** Of the jobs that run in this consumer. */
  readonly running: ReadonlySet<unknown>
  /** Resolves with the result as JSON. Rejects with an Error, whatever was thrown. */
  readonly run: (delivery: Delivery) => Promise<Json | undefined>
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

export type KeepOptions = {
  /** How long a job is kept after it succeeded, in milliseconds, its key with it. Default: an hour. */
  succeeded?: number
  /** How long a dead letter is kept, in milliseconds. Default: a week. */
  failed?: number
}

/** Where it is, with nothing left out. An empty `url` is the embedded engine. */
export type Where = { readonly url: string; readonly file: string; readonly patience: number }

/** What the file of an engine exports. */
export type Engine = {
  openQueue(
    name: string,
    where: Where,
    keep: Required<KeepOptions>,
  ): QueueEngine | Promise<QueueEngine>
  openConsumer(
    name: string,
    where: Where,
    settings: ConsumerSettings,
  ): ConsumerEngine | Promise<ConsumerEngine>
}

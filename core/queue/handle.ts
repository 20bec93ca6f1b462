/** What stands behind the functions of a queue: its options, its engine, and what can be asked of it. */
import { BackgroundError } from '../errors'
import {
  requireCount,
  requireMilliseconds,
  requireOptions,
  requireWholeMilliseconds,
} from '../options'
import {
  type EngineOptions,
  engineOptions,
  type JobRecord,
  type JobStatus,
  type KeepOptions,
  type QueueEngine,
  requireQueueName,
  type ResolvedOptions,
  type Where,
  whereOf,
} from './engine'
import { Job, JobWatch } from './jobs'
import { requireJson } from './json'

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

export type QueueOptions = JobOptions &
  EngineOptions & {
    /** How long jobs are kept that have ended. */
    keep?: KeepOptions
  }

export type CallOptions = JobOptions & {
  /** Jobs of one function with the same key are one job, for as long as it is kept. */
  key?: string
  /** Milliseconds before the first attempt. Default: 0. */
  delay?: number
}

export type DeadLetters = {
  /** Jobs whose attempts are used up, the latest first. Default: 100 of them. */
  list(limit?: number): Promise<Job[]>
  /** Gives a job all its attempts again. False if it is not a dead letter. */
  retry(id: string): Promise<boolean>
}

export type QueueControl = AsyncDisposable & {
  /** The engine's own queue: BullMQ's `Queue` or bunqueue's. */
  readonly engine: Promise<unknown>
  readonly deadLetters: DeadLetters
  /** Resolves once the engine is open and the broker has answered. The first call does it by itself. */
  ready(): Promise<void>
  /** A job by its id, as it is now; undefined if it is no longer kept. */
  find(id: string): Promise<Job | undefined>
  count(): Promise<Record<JobStatus, number>>
  /** Publishes every change of every job of this queue, wherever it is run, on the channel of `core/trace.ts`. */
  watch(): Promise<AsyncDisposable>
  close(): Promise<void>
}

export type ResolvedCall = ResolvedOptions & { readonly key: string | undefined }

const jobOptions = ['attempts', 'backoff', 'timeout'] as const

export class QueueHandle {
  readonly control: QueueControl
  private readonly where: Where
  private readonly keep: Required<KeepOptions>
  private readonly defaults: Required<JobOptions>
  private readonly jobs: JobWatch
  private opening: Promise<QueueEngine> | undefined = undefined
  private engine: QueueEngine | undefined = undefined
  private isClosed = false

  constructor(
    private readonly name: string,
    options: QueueOptions,
    private readonly load: (where: Where, keep: Required<KeepOptions>) => Promise<QueueEngine>,
  ) {
    requireQueueName(name)
    requireOptions('queue()', options, [...jobOptions, ...engineOptions, 'keep'])
    const { attempts = 3, backoff = 1_000, timeout = 10 * 60_000, keep = {} } = options
    this.defaults = requireJobOptions({ attempts, backoff, timeout })
    requireOptions('keep', keep, ['succeeded', 'failed'])
    const { succeeded = 60 * 60_000, failed = 7 * 24 * 60 * 60_000 } = keep
    requireMilliseconds('keep.succeeded', succeeded)
    requireMilliseconds('keep.failed', failed)
    this.keep = { succeeded, failed }
    this.where = whereOf(options)
    requireMilliseconds('patience', this.where.patience)
    this.jobs = new JobWatch(name, () => this.open())
    this.control = this.makeControl()
  }

  /** The options of a call, complete and checked. */
  resolve(call: CallOptions): ResolvedCall {
    requireOptions('with()', call, [...jobOptions, 'key', 'delay'])
    const { key, delay = 0, ...options } = call
    requireWholeMilliseconds('delay', delay)
    if (key !== undefined && (typeof key !== 'string' || key === '' || !key.isWellFormed()))
      throw new TypeError(
        `key must be a string that is not empty, and without half a surrogate pair, got ${Bun.inspect(key)}.`,
      )
    return { ...requireJobOptions({ ...this.defaults, ...options }), key, delay }
  }

  /** Stores a job. Rejects with a TypeError for arguments that JSON would change. */
  async add(name: string, args: unknown[], options: ResolvedCall): Promise<Job> {
    requireJson(name, args)
    const { key } = options
    const isKeyed = key !== undefined
    // The same words in another queue, or for another function, are another job.
    const id = isKeyed
      ? [this.name, name, key].map(encodeURIComponent).join('.')
      : Bun.randomUUIDv7()
    const engine = this.engine ?? (await this.open())
    return this.job(await engine.add({ id, isKeyed, name, args, options }))
  }

  private makeControl(): QueueControl {
    const open = () => this.open()
    const close = () => this.close()
    return {
      get engine() {
        return (async () => (await open()).engine)()
      },
      deadLetters: {
        list: async (limit = 100) => {
          requireCount('limit', limit)
          const records = await (await this.open()).deadLetters(limit)
          return records.map((record) => this.job(record))
        },
        retry: async (id) => (await this.open()).retry(id),
      },
      ready: async () => void (await (await this.open()).count()),
      find: async (id) => {
        const record = await this.jobs.find(id)
        return record && this.job(record)
      },
      count: async () => (await this.open()).count(),
      watch: () => this.jobs.publish(),
      close,
      [Symbol.asyncDispose]: close,
    }
  }

  private job(record: JobRecord): Job {
    return new Job(this.jobs, record)
  }

  /** Opens the engine, once; again, if that failed. */
  private async open(): Promise<QueueEngine> {
    if (this.isClosed) throw new BackgroundError(`The queue ${this.name} is closed.`)
    try {
      this.opening ??= this.load(this.where, this.keep)
      this.engine = await this.opening
      return this.engine
    } catch (error) {
      this.opening = undefined
      throw error
    }
  }

  private async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    try {
      await this.jobs.close()
    } finally {
      // One that could not be opened has told its caller so.
      const engine = await this.opening?.catch(() => undefined)
      this.engine = undefined
      await engine?.close()
    }
  }
}

function requireJobOptions(options: Required<JobOptions>): Required<JobOptions> {
  requireCount('attempts', options.attempts)
  requireWholeMilliseconds('backoff', options.backoff)
  requireMilliseconds('timeout', options.timeout)
  return options
}

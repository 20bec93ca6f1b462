/** What stands behind the functions of a queue: its options, its engine, and what can be asked of it. */
import { BackgroundError } from '../errors'
import { requireCount, requireMilliseconds } from '../options'
import {
  type EngineOptions,
  type JobStatus,
  type KeepOptions,
  openQueue,
  type QueueEngine,
  requireQueueName,
  type ResolvedOptions,
} from './engine'
import { Job, type JobSource } from './job'
import { requireJson } from './json'
import { QueueWatch } from './watch'

/** How a job is run. Given to `queue()` for all jobs, to `with()` for one. */
export type JobOptions = {
  /**
   * How often a job is started before it is a dead letter. Default: 3. A start whose process died counts, so that a
   * job which takes its process down does not do it for ever; those beside it lose an attempt too.
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

type ResolvedCall = ResolvedOptions & { readonly key: string | undefined }

export class QueueHandle {
  private opening: Promise<QueueEngine> | undefined = undefined
  private opened: QueueEngine | undefined = undefined
  private isClosed = false
  private readonly defaults: Required<JobOptions>
  private readonly keep: Required<KeepOptions>
  private readonly watching: QueueWatch
  private readonly source: JobSource = {
    find: async (id) => (await this.open()).find(id),
    finished: (id) => this.watching.finished(id),
  }

  constructor(
    readonly name: string,
    private readonly options: QueueOptions,
  ) {
    requireQueueName(name)
    const { attempts = 3, backoff = 1_000, timeout = 10 * 60_000, keep = {} } = options
    const { succeeded = 60 * 60_000, failed = 7 * 24 * 60 * 60_000 } = keep
    this.defaults = requireJobOptions({ attempts, backoff, timeout })
    requireMilliseconds('keep.succeeded', succeeded)
    requireMilliseconds('keep.failed', failed)
    this.keep = { succeeded, failed }
    this.watching = new QueueWatch({
      name,
      find: async (id) => (await this.open()).find(id),
      watch: async (listener) => (await this.open()).watch(listener),
    })
  }

  /** The options of a call, complete and checked. */
  resolve({ key, delay = 0, ...options }: CallOptions): ResolvedCall {
    requireMilliseconds('delay', delay)
    if (key !== undefined && (typeof key !== 'string' || key === ''))
      throw new TypeError(`key must be a string that is not empty, got ${Bun.inspect(key)}.`)
    if (delay === Infinity)
      throw new TypeError('delay must be finite: a job that never runs is none.')
    return { ...requireJobOptions({ ...this.defaults, ...options }), key, delay: Math.ceil(delay) }
  }

  /** Stores a job. Rejects with a TypeError for arguments that JSON would change. */
  async add(name: string, args: unknown[], options: ResolvedCall): Promise<Job> {
    requireJson(name, args)
    const id = options.key === undefined ? undefined : this.idOf(name, options.key)
    const engine = this.opened ?? (await this.open())
    return new Job(this.source, await engine.add({ id, name, args, options }))
  }

  /** Opens the engine, once; again, if that failed. */
  open(): Promise<QueueEngine> {
    if (this.isClosed) throw new BackgroundError(`The queue ${this.name} is closed.`)
    this.opening ??= openQueue(this.name, { ...this.options, keep: this.keep }).then(
      (engine) => (this.opened = engine),
      (error) => {
        this.opening = undefined
        throw error
      },
    )
    return this.opening
  }

  async ready(): Promise<void> {
    await (await this.open()).count()
  }

  async find(id: string): Promise<Job | undefined> {
    const record = await (await this.open()).find(id)
    return record && new Job(this.source, record)
  }

  readonly deadLetters: DeadLetters = {
    list: async (limit = 100) => {
      requireCount('limit', limit)
      const records = await (await this.open()).deadLetters(limit)
      return records.map((record) => new Job(this.source, record))
    },
    retry: async (id) => (await this.open()).retry(id),
  }

  watch(): Promise<AsyncDisposable> {
    return this.watching.publish()
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    const { opening } = this
    this.isClosed = true
    this.opened = undefined
    try {
      await this.watching.close()
    } finally {
      // One that could not be opened has told its caller so.
      await (await opening?.catch(() => undefined))?.close()
    }
  }

  /** The same words in another queue, or for another function, are another job. */
  private idOf(name: string, key: string): string {
    return `${this.name}.${name}.${encodeURIComponent(key)}`
  }
}

function requireJobOptions(options: Required<JobOptions>): Required<JobOptions> {
  requireCount('attempts', options.attempts)
  requireMilliseconds('backoff', options.backoff)
  requireMilliseconds('timeout', options.timeout)
  // They are written down as JSON, which has no Infinity.
  if (options.backoff === Infinity)
    throw new TypeError(`backoff must be finite, got ${Bun.inspect(options)}.`)
  return options
}

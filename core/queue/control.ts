/** What a queue can do beside its functions, and what stands behind those: its options, its engine, its jobs. */
import { BackgroundError } from '../errors'
import {
  requireCount,
  requireMilliseconds,
  requireOptions,
  requireWholeMilliseconds,
} from '../options'
import { isTraced, publish } from '../trace'
import type {
  Engine,
  EngineOptions,
  JobOptions,
  JobStatus,
  Json,
  KeepOptions,
  NewJob,
  QueueEngine,
  Where,
} from './engine'
import { Job, JobWatch } from './jobs'
import { asJson, requireJson } from './json'
import { statusOf } from './stored'
import { engineOptions, whereOf } from './where'

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

/** Jobs whose attempts are used up: to look at, and to retry. */
export type DeadLetters = QueueControl['deadLetters']

export type ResolvedCall = NewJob['options'] & { readonly key: string | undefined }

const jobOptions = ['attempts', 'backoff', 'timeout'] as const

/** What is not public is hidden by a #: any other name may be that of a task. */
export class QueueControl implements AsyncDisposable {
  readonly #name: string
  readonly #defaults: Required<JobOptions>
  readonly #load: () => Promise<QueueEngine>
  readonly #jobs: JobWatch
  #opening: Promise<QueueEngine> | undefined = undefined
  #closing: Promise<void> | undefined = undefined

  constructor(name: string, options: QueueOptions, load: (where: Where) => Promise<Engine>) {
    requireOptions('queue()', options, [...jobOptions, ...engineOptions, 'keep'])
    const { attempts = 3, backoff = 1_000, timeout = 10 * 60_000, keep = {} } = options
    this.#defaults = requireJobOptions({ attempts, backoff, timeout })
    requireOptions('keep', keep, ['succeeded', 'failed'])
    const { succeeded = 60 * 60_000, failed = 7 * 24 * 60 * 60_000 } = keep
    requireMilliseconds('keep.succeeded', succeeded)
    requireMilliseconds('keep.failed', failed)
    const where = whereOf(name, options)
    this.#name = name
    const kept = { succeeded, failed }
    this.#load = async () => (await load(where)).openQueue(name, where, kept)
    this.#jobs = new JobWatch(name, () => this.#open())
  }

  /** The engine's own queue: BullMQ's `Queue` or bunqueue's. */
  get engine(): Promise<unknown> {
    return this.#open().then(({ engine }) => engine)
  }

  readonly deadLetters = {
    /** Jobs whose attempts are used up, the latest first. Default: 100 of them. */
    list: async (limit = 100): Promise<Job[]> => {
      requireCount('limit', limit)
      const records = await (await this.#open()).deadLetters(limit)
      return records.map((record) => new Job(this.#jobs, record))
    },
    /** Gives a job all its attempts again. False if it is not a dead letter. */
    retry: async (id: string): Promise<boolean> => (await this.#open()).retry(id),
  } as const

  /** Resolves once the engine is open and the broker has answered. The first call does it by itself. */
  readonly ready = async (): Promise<void> => {
    await this.count()
  }

  /** A job by its id, as it is now; undefined if it is no longer kept. */
  readonly find = async (id: string): Promise<Job | undefined> => {
    const record = await this.#jobs.find(id)
    return record && new Job(this.#jobs, record)
  }

  /** How many jobs there are of each status. What has ended is counted for as long as it is kept. */
  readonly count = async (): Promise<Record<JobStatus, number>> => {
    const count = { waiting: 0, running: 0, succeeded: 0, failed: 0 }
    const counted = await (await this.#open()).count()
    for (const [state, number] of Object.entries(counted)) count[statusOf(state)] += Number(number)
    return count
  }

  /** Publishes every change of every job of this queue, wherever it is run, on the channel of `core/trace.ts`. */
  readonly watch = (): Promise<AsyncDisposable> => this.#jobs.publish()

  /** Takes no more jobs. Whoever waits for the end of one gets a QueueClosedError; the jobs themselves stay stored. */
  readonly close = (): Promise<void> => (this.#closing ??= this.#close())

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.close()

  /** The options of a call, complete and checked. */
  static resolve(control: QueueControl, call: CallOptions): ResolvedCall {
    requireOptions('with()', call, [...jobOptions, 'key', 'delay'])
    const { key, delay = 0, ...options } = call
    requireWholeMilliseconds('delay', delay)
    if (key !== undefined && (typeof key !== 'string' || key === '' || !key.isWellFormed()))
      throw new TypeError(
        `key must be a string that is not empty, and without half a surrogate pair, got ${Bun.inspect(key)}.`,
      )
    return { ...requireJobOptions({ ...control.#defaults, ...options }), key, delay }
  }

  /** Stores a job. Rejects with a TypeError for arguments that JSON would change. */
  static async add(
    control: QueueControl,
    name: string,
    given: unknown[],
    { key, ...options }: ResolvedCall,
  ): Promise<Job> {
    requireJson(name, given)
    // As they are now: their owner may change them while they wait for the engine.
    const args = given.map(asJson) as Json[]
    const isKeyed = key !== undefined
    // The same words in another queue, or for another function, are another job. Both may have dots in their names.
    const [own, func] = [control.#name, name].map((part) =>
      encodeURIComponent(part).replaceAll('.', '%2E'),
    )
    const id = isKeyed ? `${own}.${func}.${encodeURIComponent(key)}` : Bun.randomUUIDv7()
    const engine = await control.#open()
    const record = await engine.add({ id, isKeyed, name, args, options })
    if (isTraced()) {
      const { attempts } = options
      const job = { id: record.id, name, queue: control.#name, attempts, attempt: 0 }
      publish({ status: 'stored', job })
    }
    return new Job(control.#jobs, record)
  }

  /** Opens the engine, once; again, if that failed. */
  async #open(): Promise<QueueEngine> {
    if (this.#closing) throw new BackgroundError(`The queue ${this.#name} is closed.`)
    this.#opening ??= this.#load().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #close(): Promise<void> {
    try {
      await this.#jobs.close()
    } finally {
      // One that could not be opened has told its caller so.
      const engine = await this.#opening?.catch(() => undefined)
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

/** Jobs as they were last seen, and how they are followed, wherever they run: for the trace channel, and for who waits. */
import { settledWithin } from '../options'
import { publishTask } from '../trace'
import type { JobChange, JobRecord, JobStatus, QueueEngine } from './engine'
import { JobFailedError, QueueClosedError } from './errors'

/** How long the news of a job's end may be on its way when the job itself is gone, in milliseconds. */
const slowestNews = 500

/**
 * Nobody tells of a job that was removed by hand. So those that are waited for are looked at: after so many milliseconds,
 * so many at a time.
 */
const looks = { pause: 5_000, most: 100 }

/** It has all that is in a record: its constructor assigns it. */
// oxlint-disable-next-line no-unsafe-declaration-merging -- so that every field is described once
export interface Job<Result = unknown> extends JobRecord<Result> {}

export class Job<Result = unknown> {
  readonly #watch: JobWatch

  constructor(watch: JobWatch, record: JobRecord) {
    this.#watch = watch
    Object.assign(this, record)
  }

  /** Asks the queue. A job that is no longer kept stays as it was last seen. */
  async refresh(): Promise<this> {
    const record = await this.#watch.find(this.id)
    if (record) this.become(record)
    return this
  }

  /** Resolves with the result, or rejects with a JobFailedError when the job is a dead letter. */
  async finished(): Promise<Result> {
    return (await this.#watch.finished(this)) as Result
  }

  /** Takes what is known now. True if that is news. */
  become(change: Partial<JobRecord>): boolean {
    const { status, progress } = this
    const known = Object.entries(change).filter(([, value]) => value !== undefined)
    Object.assign(this, Object.fromEntries(known))
    return status !== this.status || progress !== this.progress
  }
}

type Waiter = PromiseWithResolvers<unknown> & { readonly name: string }

export class JobWatch {
  private subscription: Promise<AsyncDisposable> | undefined = undefined
  /** Those whose changes are published, until they end. */
  private readonly jobs = new Map<string, Job>()
  private readonly waiters = new Map<string, Waiter>()
  private readonly publishers = new Set<object>()
  private changes = Promise.resolve()
  private isLooking = false

  constructor(
    private readonly queue: string,
    private readonly open: () => Promise<QueueEngine>,
  ) {}

  async find(id: string): Promise<JobRecord | undefined> {
    return (await this.open()).find(id)
  }

  /** Publishes every change until it is disposed of. */
  async publish(): Promise<AsyncDisposable> {
    await this.subscribe()
    const publisher = {
      [Symbol.asyncDispose]: async () => {
        // What has happened before is still told.
        await this.changes
        this.publishers.delete(publisher)
        if (this.publishers.size === 0) this.jobs.clear()
      },
    }
    this.publishers.add(publisher)
    return publisher
  }

  /** Resolves with the result of a job, or rejects with a JobFailedError. */
  async finished({ id, name }: Job): Promise<unknown> {
    const waiter = this.waiters.get(id) ?? { name, ...Promise.withResolvers<unknown>() }
    this.waiters.set(id, waiter)
    // It may reject during the next await; whoever called gets it in the end.
    waiter.promise.catch(() => {})
    try {
      await this.subscribe()
      await this.look(id, waiter)
    } catch (error) {
      // Whoever waits may have been told meanwhile, by news of the job or by close().
      if (this.waiters.has(id)) throw error
    }
    this.lookLater()
    return waiter.promise
  }

  /** Tells whoever waits, if the job has ended or is gone. */
  private async look(id: string, waiter: Waiter): Promise<void> {
    const record = await this.find(id)
    if (record) return this.settle(record)
    await settledWithin(waiter.promise, slowestNews)
    const again = this.waiters.has(id) ? await this.find(id) : undefined
    // It ended before this watch began, and was not kept; or it was removed.
    this.settle(again ?? { id, status: 'failed', error: 'it is not in the queue (any more)' })
  }

  private lookLater(): void {
    if (this.isLooking || this.waiters.size === 0) return
    this.isLooking = true
    const lookAgain = async () => {
      for (const [id, waiter] of [...this.waiters].slice(0, looks.most)) {
        if (this.waiters.get(id) !== waiter) continue
        // To the end of the line: the next time, it is the turn of others.
        this.waiters.delete(id)
        this.waiters.set(id, waiter)
        // A broker that is away is asked again.
        await this.look(id, waiter).catch(() => {})
      }
      this.isLooking = false
      this.lookLater()
    }
    setTimeout(() => void lookAgain(), looks.pause).unref()
  }

  async close(): Promise<void> {
    const { subscription } = this
    this.subscription = undefined
    for (const [id, { reject }] of this.waiters) reject(new QueueClosedError(this.queue, id))
    this.waiters.clear()
    // One that has not come about has told its caller so, and leaves nothing to dispose of.
    const watching = await subscription?.catch(() => undefined)
    await watching?.[Symbol.asyncDispose]()
  }

  private subscribe(): Promise<AsyncDisposable> {
    this.subscription ??= this.listen().catch((error: unknown) => {
      this.subscription = undefined
      throw error
    })
    return this.subscription
  }

  private async listen(): Promise<AsyncDisposable> {
    const engine = await this.open()
    return engine.watch((change) => {
      // A change may have to be looked up, and the next one must not overtake it.
      this.changes = this.changes.then(() => this.take(change)).catch(() => {})
    })
  }

  private async take(change: JobChange): Promise<void> {
    const { id } = change
    const isPublished = this.publishers.size > 0
    if (!isPublished && !this.waiters.has(id)) return
    const known = this.jobs.get(id)
    const isFailure = change.error !== undefined && change.status === undefined
    const isStart = change.status === 'running'
    const mustAsk = isFailure || (isPublished && (isStart || !known))
    const record = mustAsk ? await this.find(id).catch(() => undefined) : undefined
    // A failure after which the job is gone, or a dead letter, was the last.
    const isLast = !record || record.status === 'failed'
    const news = isFailure
      ? ({ ...change, status: isLast ? 'failed' : 'waiting' } as const)
      : change
    const job = known ?? (record && new Job(this, { ...record, status: 'waiting', progress: 0 }))
    if (isPublished && job) {
      const isNews = job.become({ ...news, ...(record && { attempts: record.attempts }) })
      if (isNews || !known) publishTask(job)
      if (hasEnded(job)) this.jobs.delete(id)
      else this.jobs.set(id, job)
    }
    this.settle(news)
  }

  private settle(job: JobChange | JobRecord): void {
    const { id, status, result, error = 'no reason is known' } = job
    const waiter = this.waiters.get(id)
    if (!waiter || !hasEnded(job)) return
    this.waiters.delete(id)
    if (status === 'succeeded') waiter.resolve(result)
    else waiter.reject(new JobFailedError(id, waiter.name, error))
  }
}

function hasEnded({ status }: { readonly status?: JobStatus }): boolean {
  return status === 'succeeded' || status === 'failed'
}

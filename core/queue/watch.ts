/** Follows the jobs of a queue, wherever they run, and tells the trace channel and whoever waits for one of them. */
import { publish } from '../task'
import type { JobChange, JobRecord } from './engine'
import { JobFailedError, QueueClosedError } from './errors'
import { Job, type JobSource } from './job'

/** What can be watched. */
export type Watchable = {
  readonly name: string
  find(id: string): Promise<JobRecord | undefined>
  watch(listener: (change: JobChange) => void): Promise<AsyncDisposable>
}

type Waiter = PromiseWithResolvers<unknown>

export class QueueWatch {
  private subscription: Promise<AsyncDisposable> | undefined = undefined
  private readonly jobs = new Map<string, Job>()
  private readonly waiters = new Map<string, Waiter>()
  private changes = Promise.resolve()
  private publishers = 0
  private readonly source: JobSource = {
    find: (id) => this.queue.find(id),
    finished: (id) => this.finished(id),
  }

  constructor(private readonly queue: Watchable) {}

  /** Publishes every change until it is disposed of. */
  async publish(): Promise<AsyncDisposable> {
    await this.subscribe()
    this.publishers++
    return {
      [Symbol.asyncDispose]: async () => {
        // What has happened before is still told.
        await this.changes
        this.publishers--
      },
    }
  }

  /** Resolves with the result of a job, or rejects with a JobFailedError. */
  async finished(id: string): Promise<unknown> {
    await this.subscribe()
    const waiter = this.waiters.get(id) ?? Promise.withResolvers<unknown>()
    this.waiters.set(id, waiter)
    // It may reject during the next await; whoever called gets it in the end.
    waiter.promise.catch(() => {})
    const record = await this.queue.find(id).catch((error: unknown) => {
      // Whoever waits has been told meanwhile, by news of the job or by close().
      if (this.waiters.has(id)) throw error
    })
    // Nothing to be found, and no news of its end: it ended before this watch began, and was not kept.
    if (record) this.settle(record)
    else if (!this.jobs.has(id)) this.lose(id)
    return waiter.promise
  }

  async close(): Promise<void> {
    const { subscription } = this
    this.subscription = undefined
    for (const [id, { reject }] of this.waiters) reject(new QueueClosedError(this.queue.name, id))
    this.waiters.clear()
    // One that has not come about has told its caller so, and leaves nothing to dispose of.
    const watching = await subscription?.catch(() => undefined)
    await watching?.[Symbol.asyncDispose]()
  }

  private subscribe(): Promise<AsyncDisposable> {
    this.subscription ??= this.queue
      .watch((change) => {
        // A change may have to be looked up, and the next one must not overtake it.
        this.changes = this.changes.then(() => this.take(change)).catch(() => {})
      })
      .catch((error: unknown) => {
        this.subscription = undefined
        throw error
      })
    return this.subscription
  }

  private async take(change: JobChange): Promise<void> {
    const known = this.jobs.get(change.id)
    const isFailure = change.error !== undefined && change.status === undefined
    // An engine may tell of a failure without telling whether it was the last attempt.
    const record = known && !isFailure ? undefined : await this.queue.find(change.id)
    if (!known && !record) return this.settleUnseen(change)
    const status = isFailure ? (record?.status === 'failed' ? 'failed' : 'waiting') : change.status
    const job = known ?? new Job(this.source, { ...record!, status: 'waiting', progress: 0 })
    const isNew = !known
    const attempts =
      status === 'running' && job.status !== 'running' ? job.attempts + 1 : job.attempts
    const isNews = job.become({ ...change, ...(status && { status }), attempts })
    this.jobs.set(job.id, job)
    if ((isNews || isNew) && this.publishers > 0) publish(job)
    this.settle(job)
    if (job.status === 'succeeded' || job.status === 'failed') this.jobs.delete(job.id)
  }

  private settle({ id, name, status, result, error }: JobRecord | Job): void {
    const waiter = this.waiters.get(id)
    if (!waiter || (status !== 'succeeded' && status !== 'failed')) return
    this.waiters.delete(id)
    if (status === 'succeeded') waiter.resolve(result)
    else waiter.reject(new JobFailedError(id, name, error ?? 'no reason is known'))
  }

  /** A job that was removed as soon as it ended. */
  private settleUnseen({ id, status, result, error }: JobChange): void {
    if (status === undefined) return
    const rest = { name: 'a job', args: [], progress: 1, attempts: 1 }
    this.settle({ ...rest, id, status, result, error })
  }

  private lose(id: string): void {
    const waiter = this.waiters.get(id)
    this.waiters.delete(id)
    waiter?.reject(new JobFailedError(id, 'a job', 'it is not in the queue (any more)'))
  }
}

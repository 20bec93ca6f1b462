/** Jobs as they were last seen, and how they are followed, wherever they run: for the trace channel, and for who waits. */
import { publish } from '../task'
import {
  fromPercent,
  type JobChange,
  type JobRecord,
  type JobStatus,
  type Json,
  type QueueEngine,
} from './engine'
import { JobFailedError, QueueClosedError } from './errors'

export class Job<Result = unknown> {
  readonly id!: string
  readonly name!: string
  readonly args!: readonly Json[]
  status!: JobStatus
  /** From 0 to 1. */
  progress!: number
  /** How often it was started. A start whose process died counts. */
  attempts!: number
  /**
   * What the function returned, as JSON brings it back, when `status` is `succeeded`. A null is undefined here: BullMQ
   * cannot tell it from nothing at all.
   */
  result: Result | undefined
  /** The message of its last failure, whether there is another attempt or not. */
  error: string | undefined

  constructor(
    private readonly source: JobSource,
    record: JobRecord,
  ) {
    Object.assign(this, record)
  }

  /** Asks the queue. A job that is no longer kept stays as it was last seen. */
  async refresh(): Promise<this> {
    const record = await this.source.find(this.id)
    if (record) this.become(record)
    return this
  }

  /** Resolves with the result, or rejects with a JobFailedError when the job is a dead letter. */
  async finished(): Promise<Result> {
    return (await this.source.finished(this.id)) as Result
  }

  /** Takes what is known now. True if that is news. */
  become(change: Partial<JobRecord>): boolean {
    const { status = this.status, progress = this.progress } = change
    const isNews = status !== this.status || progress !== this.progress
    this.status = status
    this.progress = progress
    if (change.attempts !== undefined) this.attempts = change.attempts
    if (change.result !== undefined) this.result = change.result as Result
    if (change.error !== undefined) this.error = change.error
    return isNews
  }
}

/** What a job needs of its queue to know more. */
export type JobSource = {
  find(id: string): Promise<JobRecord | undefined>
  finished(id: string): Promise<unknown>
}

export class JobWatch implements JobSource {
  private subscription: Promise<AsyncDisposable> | undefined = undefined
  private readonly jobs = new Map<string, Job>()
  private readonly waiters = new Map<string, PromiseWithResolvers<unknown>>()
  private changes = Promise.resolve()
  private publishers = 0

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
    const record = await this.find(id).catch((error: unknown) => {
      // Whoever waits has been told meanwhile, by news of the job or by close().
      if (this.waiters.has(id)) throw error
    })
    // Nothing to be found, and no news of its end: it ended before this watch began, and was not kept.
    const lost = { name: 'a job', status: 'failed', error: 'it is not in the queue (any more)' }
    if (record) this.settle(record)
    else if (!this.jobs.has(id)) this.settle({ ...lost, id } as Ending)
    return waiter.promise
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
    const known = this.jobs.get(change.id)
    const isFailure = change.error !== undefined && change.status === undefined
    // An engine may tell of a failure without telling whether it was the last attempt.
    const record = known && !isFailure ? undefined : await this.find(change.id)
    // A job that was removed as soon as it ended.
    if (!known && !record) return this.settle({ name: 'a job', ...change })
    const status = isFailure ? (record?.status === 'failed' ? 'failed' : 'waiting') : change.status
    const job = known ?? new Job(this, { ...record!, status: 'waiting', progress: 0 })
    const isStart = status === 'running' && job.status !== 'running'
    const attempts = job.attempts + (isStart ? 1 : 0)
    const isNews = job.become({ ...change, ...(status && { status }), attempts })
    this.jobs.set(job.id, job)
    if ((isNews || !known) && this.publishers > 0) publish(job)
    this.settle(job)
    if (job.status === 'succeeded' || job.status === 'failed') this.jobs.delete(job.id)
  }

  private settle({ id, name, status, result, error }: Ending): void {
    const waiter = this.waiters.get(id)
    if (!waiter || (status !== 'succeeded' && status !== 'failed')) return
    this.waiters.delete(id)
    if (status === 'succeeded') waiter.resolve(result)
    else waiter.reject(new JobFailedError(id, name, error ?? 'no reason is known'))
  }
}

type Ending = Omit<JobChange, 'result'> & { readonly name: string; readonly result?: unknown }

/** What both engines call by the same names. */
type EngineEvents = {
  on(
    event: 'waiting' | 'delayed' | 'active',
    take: (event: { jobId: string }) => void,
  ): EngineEvents
  on(event: 'progress', take: (event: { jobId: string; data: unknown }) => void): EngineEvents
  on(
    event: 'completed',
    take: (event: { jobId: string; returnvalue: unknown }) => void,
  ): EngineEvents
  on(event: 'failed', take: (event: { jobId: string; failedReason: string }) => void): EngineEvents
}

/** Tells `listener` of every event. A failure has no status: engines differ in whether it was the last attempt. */
export function listen(events: EngineEvents, listener: (change: JobChange) => void): void {
  events.on('waiting', ({ jobId: id }) => listener({ id, status: 'waiting' }))
  events.on('delayed', ({ jobId: id }) => listener({ id, status: 'waiting' }))
  events.on('active', ({ jobId: id }) => listener({ id, status: 'running' }))
  events.on('progress', ({ jobId: id, data }) => listener({ id, progress: fromPercent(data) }))
  events.on('completed', ({ jobId: id, returnvalue }) =>
    // BullMQ has null where there is no result.
    listener({ id, status: 'succeeded', result: (returnvalue ?? undefined) as Json | undefined }),
  )
  events.on('failed', ({ jobId: id, failedReason: error }) => listener({ id, error }))
}

/** A job as it was last seen: what it is, and what has become of it. */
import type { JobRecord, JobStatus } from './engine'
import type { Json } from './json'

/** What a job needs of its queue to know more. */
export type JobSource = {
  find(id: string): Promise<JobRecord | undefined>
  finished(id: string): Promise<unknown>
}

export class Job<Result = unknown> {
  readonly id: string
  readonly name: string
  readonly args: readonly Json[]
  status: JobStatus
  /** From 0 to 1. */
  progress: number
  /** How often it was started. A start whose process died counts. */
  attempts: number
  /**
   * What the function returned, as JSON brings it back, when `status` is `succeeded`. Where there is nothing but null,
   * BullMQ cannot tell it from nothing at all, and this is undefined.
   */
  result: Result | undefined
  /** The message of its last failure, whether there is another attempt or not. */
  error: string | undefined

  constructor(
    private readonly source: JobSource,
    record: JobRecord,
  ) {
    this.id = record.id
    this.name = record.name
    this.args = record.args
    this.status = record.status
    this.progress = record.progress
    this.attempts = record.attempts
    this.result = record.result as Result | undefined
    this.error = record.error
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

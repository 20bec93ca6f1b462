/** What can go wrong with a job, as errors that carry what they are about. */
import { BackgroundError } from '../errors'

/** A job names a function that this consumer's module does not have. */
export class UnknownJobError extends BackgroundError {
  override name = 'UnknownJobError'

  constructor(
    readonly queue: string,
    readonly job: string,
    readonly known: string[],
  ) {
    super(
      `The queue ${queue} has a job for ${job}(), and this consumer knows ${known.join(', ') || 'no function at all'}. ` +
        'Is its code older than that of the producer? Deploy it, then retry the dead letter.',
    )
  }
}

/** A job was stored by a program that does not know how queue() stores them. */
export class UnreadableJobError extends BackgroundError {
  override name = 'UnreadableJobError'

  constructor(
    readonly queue: string,
    readonly job: string,
  ) {
    super(
      `The queue ${queue} has a job for ${job}() without a list of arguments in JSON: queue() did not store it.`,
    )
  }
}

/** A job ran longer than its `timeout`. */
export class JobTimeoutError extends BackgroundError {
  override name = 'JobTimeoutError'

  constructor(readonly milliseconds: number) {
    super(`Still running after ${milliseconds} ms. Make it shorter, or give it a longer timeout.`)
  }
}

/** A job was given up: its attempts are used up. `job.finished()` rejects with this. */
export class JobFailedError extends BackgroundError {
  override name = 'JobFailedError'

  constructor(
    readonly id: string,
    readonly job: string,
    readonly reason: string,
  ) {
    super(`${job} (${id}) failed for good: ${reason}`)
  }
}

/** The queue was closed while somebody waited for the end of a job. It goes on without them. */
export class QueueClosedError extends BackgroundError {
  override name = 'QueueClosedError'

  constructor(
    readonly queue: string,
    /** Of the job. */
    readonly id: string,
  ) {
    super(
      `The queue ${queue} was closed before job ${id} had ended. The job is still there: find it by its id, or wait for it before close().`,
    )
  }
}

/** Whether another attempt is of no use. BullMQ's UnrecoverableError says so by its name, whoever throws it. */
export function isFinal(error: unknown): error is Error {
  return (
    error instanceof UnknownJobError ||
    error instanceof UnreadableJobError ||
    (error instanceof Error && error.name === 'UnrecoverableError')
  )
}

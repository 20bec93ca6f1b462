/** What can go wrong with a queue, as errors that carry what they are about. */
import { BackgroundError } from '../errors'
import { LoginRefusedError } from './login'

/** The broker did not answer in time. */
export class QueueUnavailableError extends BackgroundError {
  override name = 'QueueUnavailableError'

  constructor(
    readonly queue: string,
    readonly milliseconds: number,
    /** True if the broker was lost while it had the job: it may be stored. A key makes a second try safe. */
    readonly isInDoubt: boolean,
    cause: unknown,
  ) {
    super(
      isInDoubt
        ? `The queue ${queue} was lost before it answered, and the job may or may not be stored. Give it a key, with({ key }), and it is safe to add it again: then that is done for you.`
        : `The queue ${queue} did not answer within ${milliseconds} ms. Nothing was stored. ${cause instanceof LoginRefusedError ? cause.message : 'Is Redis running, and is REDIS_URL right?'}`,
      { cause },
    )
  }
}

/** The file of the embedded engine belongs to another process (or another thread). */
export class QueueFileInUseError extends BackgroundError {
  override name = 'QueueFileInUseError'

  constructor(
    readonly file: string,
    readonly pid: number | undefined,
  ) {
    super(
      `${file} is in use by ${pid === process.pid ? 'another thread of this process' : `process ${pid ?? '(unknown)'}`}. ` +
        'The embedded queue belongs to one process, which both adds and consumes. ' +
        'Stop that one, name another file, or set REDIS_URL to share a queue between processes.',
    )
  }
}

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
      `The queue ${queue} has a job for ${job}() without a list of arguments: queue() did not store it.`,
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
export function isFinal(error: unknown): boolean {
  return (
    error instanceof UnknownJobError ||
    error instanceof UnreadableJobError ||
    (error instanceof Error && error.name === 'UnrecoverableError')
  )
}

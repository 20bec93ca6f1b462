/** What can go wrong between a call and its worker. What the task itself throws comes back as it is. */
import { BackgroundError } from '../errors'
import type { WorkerEnd } from './messages'

/** A worker ended before it answered, or could not be started. */
export class WorkerError extends BackgroundError {
  override name = 'WorkerError'

  constructor(
    message: string,
    /** The name of the function that was called. */
    readonly task: string,
    readonly end: WorkerEnd,
  ) {
    super(message, 'cause' in end ? { cause: end.cause } : undefined)
  }
}

/** A call had not ended after its `timeout`. If it ran, its worker was ended, and another takes its place. */
export class WorkerTimeoutError extends BackgroundError {
  override name = 'WorkerTimeoutError'

  constructor(
    readonly task: string,
    readonly milliseconds: number,
    phase: 'running' | 'loading' = 'running',
  ) {
    super(
      phase === 'running'
        ? `${task} was still running after its timeout of ${milliseconds} ms. Its worker was ended. Raise the timeout, or give the task less to do.`
        : `${task} had not begun after its timeout of ${milliseconds} ms: its worker was still loading. Raise the timeout, or let the module of the worker do less while it loads.`,
    )
  }
}

/** A call was not taken, or will not be started any more. */
export class WorkerRefusedError extends BackgroundError {
  override name = 'WorkerRefusedError'
  readonly status = 503

  constructor(
    readonly task: string,
    readonly reason: 'full' | 'closed',
    readonly capacity: number,
  ) {
    super(
      reason === 'full'
        ? `${task} was not taken: ${capacity} calls are waiting for a worker. Answer 503 and let the client retry, or raise workers({ capacity }).`
        : `${task} was not finished: its pool of workers is closed.`,
    )
  }
}

/** The error of a call that was running when its worker ended, or for which none could be started from that file. */
export function workerEnded(task: string, end: WorkerEnd, file?: string): WorkerError {
  const message =
    file === undefined
      ? `${task} did not finish: its worker ${howItEnded(end)}.`
      : `${task} was not started: the worker ${file} ${howItEnded(end)} before it was ready. Does it load, and does it call serve(tasks)?`
  return new WorkerError(message, task, end)
}

/** In words, behind the name of a worker. */
export function howItEnded({ cause, signal, exitCode }: WorkerEnd): string {
  if (cause !== undefined) return `crashed (${summary(cause)})`
  if (signal) return `was ended by ${signal}`
  return `exited with code ${exitCode}`
}

function summary(cause: unknown): string {
  if (!(cause instanceof Error)) return Bun.inspect(cause)
  return cause.name === 'Error' ? cause.message : `${cause.name}: ${cause.message}`
}

/** What a pool needs of a worker, whether it is a thread or a process. */
import type { Packed } from './thrown'
import type { WorkerEnd } from './worker-errors'

/**
 * Calls on their way to a worker, one after another: a token, the name of the function, how many arguments there are,
 * the arguments. All in one flat array, because Bun sends an array of primitives without serializing it.
 */
export type CallMessage = unknown[]

/** What comes back: a result, or what was thrown. Token 0 is the worker's own: it has loaded, or it crashes. */
export type AnswerMessage = [token: number, result?: unknown, thrown?: Packed]

export type WorkerChannel = {
  /** How many calls can be sent ahead of their turn: those that take() can take back. */
  readonly window: number
  /** A new token, for a call that is about to be sent. */
  token(): number
  /** Throws a DataCloneError for what cannot be sent. */
  send(message: CallMessage): void
  /** Takes back a call that was sent. False if the worker has begun it: only one of the two can have it. */
  take(token: number): boolean
  /** Whether the worker keeps this process alive. */
  hold(holds: boolean): void
  /** Ends the worker, whatever it does. Resolves when it is gone; `ended` is not called. */
  end(): Promise<void>
}

export type ChannelEvents = {
  answered(message: AnswerMessage): void
  /** Once, if the worker ends without having been asked to. */
  ended(end: WorkerEnd): void
}

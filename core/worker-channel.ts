/** What a pool needs of a worker, whether it is a thread or a process. */
import type { Packed } from './thrown'
import type { WorkerEnd } from './worker-errors'

/** A call on its way to a worker: its token, the name of the function, the arguments. Flat: Bun sends that fastest. */
export type CallMessage = [token: number, name: string, ...args: unknown[]]

/** What comes back: a result, or what was thrown. Token 0 is the worker's own: it has loaded, or it crashes. */
export type AnswerMessage = [token: number, result?: unknown, thrown?: Packed]

export type WorkerChannel = {
  /** How many calls can be sent ahead of their turn: those that take() can take back. */
  readonly window: number
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

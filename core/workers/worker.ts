/** One worker of a pool, and the call that it runs. */
import { isTraced, publish } from '../trace'
import type { Call } from './call'
import { howItEnded } from './errors'
import {
  type AnswerMessage,
  answers,
  type CallMessage,
  type Packed,
  uncloneable,
  unpack,
  type WorkerEnd,
} from './messages'

/** What a thread and a process have in common. */
export type Channel = {
  /** Whether what is sent can arrive. */
  isOpen(): boolean
  /** Throws a DataCloneError for what cannot be sent. */
  send(message: unknown): void
  /** Whether the worker keeps this process alive. */
  hold(holds: boolean): void
  /** Ends the worker, whatever it does. */
  end(): void
}

export type ChannelEvents = {
  received(message: unknown): void
  /** Once. */
  ended(end: WorkerEnd): void
}

/** Starts a worker, which begins with this secret whatever it sends. */
export type Start = (path: string, secret: number, events: ChannelEvents) => Channel

export type WorkerEvents = {
  /** It has loaded, or has answered: it has nothing to do. */
  freed(worker: PoolWorker, now: number): void
  ended(worker: PoolWorker, end: WorkerEnd): void
}

/** A worker that has not loaded after so many milliseconds never will. */
const longestLoad = 30_000

let lastId = 0

export class PoolWorker implements ChannelEvents {
  readonly id = ++lastId
  isReady = false
  isEnding = false
  /** The call that it runs. */
  current: Call | undefined = undefined
  /** When the current call began, and how many milliseconds the one before it took. */
  since = 0
  took = Infinity
  readonly channel: Channel
  /** So large that no task comes upon it by chance. */
  private readonly secret = crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1
  private readonly gone = Promise.withResolvers<void>()
  private readonly loading: NodeJS.Timeout
  private crash: Pick<WorkerEnd, 'cause'> = {}

  constructor(
    start: Start,
    private readonly path: string,
    private readonly events: WorkerEvents,
  ) {
    this.channel = start(path, this.secret, this)
    if (isTraced()) publish({ status: 'started', worker: this.traced })
    const cause = new Error(`It did not load within ${longestLoad} ms.`)
    this.loading = setTimeout(
      () => events.ended(this, { exitCode: null, cause }),
      longestLoad,
    ).unref()
  }

  get isFree(): boolean {
    return this.isReady && !this.current && this.channel.isOpen()
  }

  /** Sends calls, in one message. What cannot be sent is rejected: a call alone, since what has waited was copied. */
  send(calls: readonly Call[]): void {
    const message: CallMessage = []
    for (const { token, name, args } of calls) message.push(token, name, args.length, ...args)
    try {
      this.channel.send(message)
    } catch (error) {
      for (const call of calls) call.reject(uncloneable(call.name, call.args, error))
    }
  }

  /** From now on this is the call that it runs. */
  run(call: Call, now: number): void {
    this.current = call
    this.since = now
    call.begin(this.id)
  }

  /** Ends the worker, whatever it does. Resolves when it is gone. */
  end(): Promise<void> {
    this.isEnding = true
    clearTimeout(this.loading)
    this.channel.end()
    return this.gone.promise
  }

  received(message: unknown): void {
    if (!Array.isArray(message) || message[0] !== this.secret || this.isEnding) return
    const [, kind, value] = message as AnswerMessage
    const now = performance.now()
    const call = this.current
    if (kind === answers.crash) return void (this.crash = { cause: unpack(value as Packed) })
    if (kind === answers.ready) {
      this.isReady = true
      clearTimeout(this.loading)
    } else this.took = now - this.since
    this.current = undefined
    if (kind === answers.threw) call?.reject(unpack(value as Packed))
    else call?.resolve(value)
    this.events.freed(this, now)
  }

  ended(end: WorkerEnd): void {
    this.gone.resolve()
    if (isTraced()) this.tellEnd({ ...end, ...this.crash })
    if (!this.isEnding) this.events.ended(this, { ...end, ...this.crash })
  }

  private get traced(): { id: number; module: string } {
    return { id: this.id, module: this.path }
  }

  private tellEnd(end: WorkerEnd): void {
    const worker = this.traced
    publish(
      this.isEnding
        ? { status: 'ended', worker }
        : { status: 'ended', worker, error: new Error(howItEnded(end)) },
    )
  }
}

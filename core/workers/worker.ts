/** One worker of a pool: the call that it runs, and how long that may take. */
import { longestTimer } from '../options'
import type { Call } from './call'
import {
  answers,
  type CallMessage,
  isAnswer,
  newSecret,
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
  /** Ends the worker, whatever it does. Resolves when it is gone. */
  end(): Promise<void>
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
  /** This call has had its time: it runs, or the worker was started for it and still loads. */
  overdue(worker: PoolWorker, call: Call): void
  ended(worker: PoolWorker, end: WorkerEnd): void
}

/** A worker that has not loaded after so many milliseconds never will. */
const longestLoad = 30_000

export class PoolWorker implements ChannelEvents {
  isReady = false
  /** The call that it runs. */
  current: Call | undefined = undefined
  /** When the current call began, and how many milliseconds the one before it took. */
  since = performance.now()
  took = 0
  private readonly channel: Channel
  private timer: NodeJS.Timeout | undefined = undefined
  private isHeld = true
  private expected: Call | undefined = undefined
  private readonly secret = newSecret()
  private isEnding = false
  private crash: Pick<WorkerEnd, 'cause'> = {}

  constructor(
    start: Start,
    path: string,
    private readonly events: WorkerEvents,
  ) {
    this.channel = start(path, this.secret, this)
  }

  get isFree(): boolean {
    return this.isReady && !this.current && this.channel.isOpen()
  }

  /** Whether it loads and no call waits for that. */
  get isSpare(): boolean {
    return !this.isReady && this.expected?.state !== 'waiting'
  }

  /** While it loads: the time of the call that it is to run counts as if it ran. */
  expect(call: Call | undefined): void {
    this.expected = call
    this.hold(call !== undefined)
    const left = this.since + longestLoad - performance.now()
    this.watch(Math.min(call?.timeout ?? Infinity, left))
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

  /** Sends what is no call. */
  post(message: unknown): void {
    this.channel.send(message)
  }

  /** From now on this is the call that it runs. */
  run(call: Call, now: number): void {
    this.current = call
    this.since = now
    this.hold(true)
    // A call that was given up after it had begun has no time left.
    this.watch(call.state === 'settled' ? 0 : call.timeout)
    call.begin()
  }

  /** It has nothing to do. */
  rest(): void {
    this.current = undefined
    this.hold(false)
    this.watch(Infinity)
  }

  /** Ends the worker, whatever it does. */
  end(): Promise<void> {
    this.isEnding = true
    this.watch(Infinity)
    return this.channel.end()
  }

  received(message: unknown): void {
    if (!isAnswer(message, this.secret) || this.isEnding) return
    const { 1: kind, 2: value } = message
    const now = performance.now()
    const call = this.current
    if (kind === answers.crash) return void (this.crash = { cause: unpack(value as Packed) })
    if (kind === answers.ready) this.isReady = true
    else this.took = now - this.since
    this.current = undefined
    if (kind === answers.threw) call?.reject(unpack(value as Packed))
    else call?.resolve(value)
    this.events.freed(this, now)
  }

  ended(end: WorkerEnd): void {
    if (!this.isEnding) this.events.ended(this, { ...end, ...this.crash })
  }

  private hold(holds: boolean): void {
    if (holds !== this.isHeld) this.channel.hold(holds)
    this.isHeld = holds
  }

  /** Gives it so many milliseconds from now. */
  private watch(milliseconds: number): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = undefined
    if (milliseconds > longestTimer) return
    this.timer = setTimeout(() => {
      // If it was this process that stood still, the answer has come in time, and is read before the next timer.
      this.timer = setTimeout(() => this.timeIsUp(), 1).unref()
    }, milliseconds).unref()
  }

  private timeIsUp(): void {
    const call = this.current ?? this.expected
    const isAlive = this.isReady || performance.now() < this.since + longestLoad
    if (isAlive) return call && this.events.overdue(this, call)
    const why = `It did not load within ${longestLoad} ms.`
    this.ended({ exitCode: null, cause: new Error(why) })
  }
}

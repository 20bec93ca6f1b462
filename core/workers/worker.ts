/** One worker of a pool: the call that it runs, and how long that may take. */
import { longestTimer } from '../options'
import type { Call } from './call'
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
  /** Ends the worker, whatever it does. Resolves when it is gone; `ended` is not called. */
  end(): Promise<void>
}

export type ChannelEvents = {
  answered(message: AnswerMessage): void
  /** Once, if the worker ends without having been asked to. */
  ended(end: WorkerEnd): void
}

export type WorkerEvents = {
  /** It has loaded, or has answered: it has nothing to do. */
  freed(worker: PoolWorker, now: number): void
  /** This call has had its time: it runs, or the worker was started for it and still loads. */
  overdue(worker: PoolWorker, call: Call): void
  ended(worker: PoolWorker, end: WorkerEnd): void
}

/** A worker that has not loaded after so many milliseconds never will. */
const longestLoad = 30_000

export class PoolWorker {
  isReady = false
  /** The call that it runs. */
  current: Call | undefined = undefined
  /** When the current call began, and how many milliseconds the one before it took. */
  since = performance.now()
  took = 0
  private readonly channel: Channel
  private readonly watchdog = new Watchdog(() => this.timeIsUp())
  private isHeld = true
  private expected: Call | undefined = undefined
  private crash: Pick<WorkerEnd, 'cause'> = {}

  constructor(
    start: (events: ChannelEvents) => Channel,
    private readonly events: WorkerEvents,
  ) {
    this.channel = start({
      answered: (message) => this.receive(message),
      ended: (end) => this.events.ended(this, { ...end, ...this.crash }),
    })
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
    const deadline = performance.now() + (call?.timeout ?? Infinity)
    this.watchdog.watch(Math.min(deadline, this.since + longestLoad))
  }

  /** Sends calls, in as few messages as can be. One that cannot be sent is rejected. */
  send(calls: readonly Call[]): void {
    let together: CallMessage = []
    for (const call of calls) {
      if (call.isPlain) {
        together.push(call.token, call.name, call.args.length, ...call.args)
        continue
      }
      // Alone: it may fail, and two calls must not find that their arguments are one object.
      if (together.length > 0) this.channel.send(together)
      together = []
      try {
        this.channel.send([call.token, call.name, call.args.length, ...call.args])
      } catch (error) {
        call.reject(uncloneable(call.name, call.args, error))
      }
    }
    if (together.length > 0) this.channel.send(together)
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
    this.watchdog.watch(now + (call.state === 'settled' ? 0 : call.timeout))
    call.begin()
  }

  /** It has nothing to do. */
  rest(): void {
    this.current = undefined
    this.hold(false)
    this.watchdog.watch(Infinity)
  }

  /** Ends the worker, whatever it does. */
  end(): Promise<void> {
    this.watchdog.watch(Infinity)
    return this.channel.end()
  }

  private hold(holds: boolean): void {
    if (holds !== this.isHeld) this.channel.hold(holds)
    this.isHeld = holds
  }

  private receive([, kind, value]: AnswerMessage): void {
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

  private timeIsUp(): void {
    const call = this.current ?? this.expected
    const isAlive = this.isReady || performance.now() < this.since + longestLoad
    if (isAlive) return call && this.events.overdue(this, call)
    void this.end() // Nothing can be done about a worker that does not go.
    const why = `It did not load within ${longestLoad} ms.`
    this.events.ended(this, { exitCode: null, cause: new Error(why) })
  }
}

/** Looks after one deadline after another, with one timer: a short call does not pay for a timer of its own. */
class Watchdog {
  private deadline = Infinity
  private firesAt = Infinity
  private timer: NodeJS.Timeout | undefined = undefined

  constructor(private readonly bark: () => void) {}

  /** From now on only this deadline counts, on the clock of performance.now(). Infinity: none. */
  watch(deadline: number): void {
    this.deadline = deadline
    if (deadline < this.firesAt) this.arm()
  }

  private arm(): void {
    clearTimeout(this.timer)
    this.firesAt = this.deadline
    const wait = Math.max(0, this.deadline - performance.now())
    this.timer = setTimeout(this.look, Math.min(wait, longestTimer))
    this.timer.unref()
  }

  private look = (): void => {
    this.firesAt = Infinity
    if (this.deadline === Infinity) return
    if (performance.now() < this.deadline) return this.arm()
    // If it was this process that stood still, the answer has come in time, and is read before the next timer.
    setTimeout(() => {
      if (performance.now() >= this.deadline) this.bark()
    }, 1)
  }
}

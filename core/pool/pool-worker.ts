/** One worker of a pool and the calls that are with it: the first one runs, the others are ahead of their turn. */
import type { Call } from './call'
import { unpack } from './thrown'
import { Watchdog } from './watchdog'
import type { AnswerMessage, CallMessage, ChannelEvents, WorkerChannel } from './worker-channel'
import type { WorkerEnd } from './worker-errors'

/** Behind a call that took less than this, in milliseconds, others may wait. */
const short = 1

/** A worker that has not loaded after so many milliseconds never will. */
const longestLoad = 30_000

export type WorkerEvents = {
  /** It has loaded, or has answered: it may have room. */
  available(worker: PoolWorker, now: number): void
  /** The call that runs has had its time. */
  overdue(worker: PoolWorker, call: Call): void
  ended(worker: PoolWorker, end: WorkerEnd): void
}

export class PoolWorker {
  isReady = false
  private readonly channel: WorkerChannel
  private readonly calls = new Map<number, Call>()
  private readonly watchdog = new Watchdog(() => this.timeIsUp())
  /** How many calls may be here: more and more while they are short, one as soon as one is not. */
  private window = 1
  private headSince = 0
  private lastTook = 0
  private crash: Pick<WorkerEnd, 'cause'> = {}

  constructor(
    start: (events: ChannelEvents) => WorkerChannel,
    private readonly events: WorkerEvents,
  ) {
    this.channel = start({
      answered: (message) => this.receive(message),
      ended: (end) => this.events.ended(this, { ...end, ...this.crash }),
    })
    this.watchdog.watch(performance.now() + longestLoad)
  }

  /** How many calls are here. */
  get load(): number {
    return this.calls.size
  }

  /** How many more may come: none before most of them are done, so that the next come in one message. */
  get room(): number {
    if (!this.isReady || this.calls.size > this.window / 4) return 0
    return this.window - this.calls.size
  }

  send(call: Call): void {
    this.post(this.add(call), call)
  }

  /** The same for many, in as few messages as can be. */
  sendAll(calls: readonly Call[]): void {
    let together: CallMessage = []
    for (const call of calls) {
      const token = this.add(call)
      if (call.isPlain) {
        together.push(token, call.name, call.args.length, ...call.args)
        continue
      }
      // Alone: it may fail, and two calls must not find that their arguments are one object.
      if (together.length > 0) this.channel.send(together)
      together = []
      this.post(token, call)
    }
    if (together.length > 0) this.channel.send(together)
  }

  isRunning(call: Call): boolean {
    return this.head === call
  }

  /** Takes back calls that the worker has not begun, oldest first; the first one stays. */
  takeBack(limit = Infinity): Call[] {
    const taken: Call[] = []
    for (const [token, call] of this.calls) {
      if (taken.length === limit) break
      if (call !== this.head && this.channel.take(token)) taken.push(this.remove(token, call))
    }
    return taken
  }

  /** Takes back this one call. False if the worker has begun it. */
  takeBackCall(wanted: Call): boolean {
    const wasHead = this.head === wanted
    for (const [token, call] of this.calls) {
      if (call !== wanted || !this.channel.take(token)) continue
      this.remove(token, call)
      if (wasHead) this.watchHead()
      if (this.calls.size === 0) this.channel.hold(false)
      return true
    }
    return false
  }

  /** After its end: which calls it had begun, and which not. */
  leftBehind(): { begun: Call[]; unbegun: Call[] } {
    const left = { begun: [] as Call[], unbegun: [] as Call[] }
    for (const [token, call] of this.calls)
      left[this.isReady && !this.channel.take(token) ? 'begun' : 'unbegun'].push(
        this.remove(token, call),
      )
    this.watchdog.watch(Infinity)
    return left
  }

  /** Whether calls wait here behind one that is long, or came after such a one. If so, no more will until it is done. */
  isStuck(now: number, patience: number): boolean {
    if (this.calls.size < 2) return false
    if (now - this.headSince < patience && this.lastTook < patience) return false
    this.window = 1
    return true
  }

  /** Ends the worker, whatever it does. */
  end(): Promise<void> {
    this.watchdog.watch(Infinity)
    return this.channel.end()
  }

  private get head(): Call | undefined {
    return this.calls.values().next().value
  }

  private add(call: Call): number {
    const token = this.channel.token()
    this.calls.set(token, call)
    call.worker = this
    if (this.calls.size > 1) return token
    this.channel.hold(true)
    this.watchHead()
    return token
  }

  private post(token: number, call: Call): void {
    try {
      this.channel.send([token, call.name, call.args.length, ...call.args])
    } catch (error) {
      this.channel.take(token)
      this.remove(token, call).reject(call.uncloneable(error))
      if (this.calls.size > 0) return
      this.watchHead()
      this.channel.hold(false)
    }
  }

  private receive(message: AnswerMessage): void {
    const { 0: token, 1: result, 2: thrown } = message
    if (token === 0 && thrown) return void (this.crash = { cause: unpack(thrown) })
    if (token === 0) return this.receiveReady()
    const call = this.calls.get(token)
    if (!call) return
    this.calls.delete(token)
    const now = performance.now()
    this.lastTook = now - this.headSince
    this.window = this.lastTook < short ? Math.min(this.window * 2, this.channel.window) : 1
    this.watchHead(now)
    if (thrown) call.reject(unpack(thrown))
    else call.resolve(result)
    this.events.available(this, now)
    if (this.calls.size === 0) this.channel.hold(false)
  }

  private receiveReady(): void {
    this.isReady = true
    this.watchHead()
    this.events.available(this, this.headSince)
    if (this.calls.size === 0) this.channel.hold(false)
  }

  private remove(token: number, call: Call): Call {
    this.calls.delete(token)
    call.worker = undefined
    return call
  }

  /** A call runs from when it is the first here. */
  private watchHead(now = performance.now()): void {
    const { head } = this
    this.headSince = now
    // A call that was given up before its turn was seen to have come has no time left.
    const time = head?.isSettled ? 0 : (head?.timeout ?? Infinity)
    this.watchdog.watch(this.headSince + time)
  }

  private timeIsUp(): void {
    const { head } = this
    if (head) return this.events.overdue(this, head)
    void this.end() // Nothing can be done about a worker that does not go.
    const why = `It did not load within ${longestLoad} ms.`
    this.events.ended(this, { exitCode: null, cause: new Error(why) })
  }
}

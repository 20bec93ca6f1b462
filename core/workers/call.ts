/** A call of a function on a worker, from the moment it is taken to its answer; and the line in which calls wait. */
import { longestTimer } from '../options'
import { isTraced, publish } from '../trace'

export type CallOptions = {
  /** The same as for the pool, for this call: milliseconds that it may run. */
  timeout?: number
  /** Aborted: a call that waits is dropped, one that runs is ended together with its worker. Rejects with the reason. */
  signal?: AbortSignal | undefined
}

let lastId = 0

export class Call {
  readonly id = ++lastId
  state: 'waiting' | 'running' | 'settled' = 'waiting'
  /** What it was sent to a worker with. */
  token = 0
  /** The worker that runs it, or has run it. */
  private worker = 0
  /** How many workers have ended with it before they began it. */
  lost = 0
  private readonly answer = Promise.withResolvers<unknown>()
  readonly promise = this.answer.promise
  private stopListening: (() => void) | undefined = undefined
  private timer: NodeJS.Timeout | undefined = undefined

  constructor(
    readonly name: string,
    readonly args: readonly unknown[],
    readonly timeout: number,
    private readonly settled: () => void,
    /** Whoever wants to know that the function begins. */
    private readonly whenBegun: (() => void) | undefined,
  ) {}

  abortWith(signal: AbortSignal, abort: (reason: unknown) => void): void {
    const listener = () => abort(signal.reason)
    signal.addEventListener('abort', listener)
    this.stopListening = () => signal.removeEventListener('abort', listener)
  }

  /** Its time begins: while a worker loads for it, and `anew` when it is given to one. */
  watch(overdue: (call: Call) => void, anew = false): void {
    if ((this.timer && !anew) || this.state === 'settled' || this.timeout > longestTimer) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      // If it was this process that stood still, the answer has come in time, and is read before the next timer.
      this.timer = setTimeout(overdue, 1, this)
    }, this.timeout)
  }

  /** A worker has nothing else to do than this. */
  begin(worker: number): void {
    if (this.state === 'waiting') {
      this.state = 'running'
      this.worker = worker
      if (isTraced()) publish({ status: 'running', call: this.traced })
    }
    this.whenBegun?.()
  }

  resolve(result: unknown): void {
    if (isTraced() && this.state === 'running') publish({ status: 'succeeded', call: this.traced })
    if (this.settle()) this.answer.resolve(result)
  }

  reject(error: unknown): void {
    if (isTraced() && this.state === 'running')
      publish({ status: 'failed', call: this.traced, error })
    if (this.settle()) this.answer.reject(error)
  }

  private get traced(): { id: number; name: string; worker: number } {
    const { id, name, worker } = this
    return { id, name, worker }
  }

  private settle(): boolean {
    if (this.state === 'settled') return false
    this.state = 'settled'
    this.stopListening?.()
    clearTimeout(this.timer)
    this.settled()
    return true
  }
}

/** Whom a line sends its calls to. */
export type Receiver = {
  /** The call that it runs. */
  readonly current: Call | undefined
  /** Sends calls. What cannot be sent is rejected. */
  send(calls: readonly Call[]): void
}

/**
 * Calls that wait for a worker: first come, first served. What comes back from a worker has its old place again. An
 * array: Bun shifts one of 100,000 in a tenth of a microsecond.
 */
export class Line {
  readonly waiting: Call[] = []

  push(call: Call): void {
    this.waiting.push(call)
  }

  putBack(call: Call): void {
    const index = this.waiting.findIndex(({ id }) => id > call.id)
    this.waiting.splice(index < 0 ? this.waiting.length : index, 0, call)
  }

  /** The next call for a worker that has none, sent to it. */
  next(worker: Receiver, _now: number): Call | undefined {
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) {
      worker.send([call])
      if (call.state !== 'settled') return call
    }
    return undefined
  }

  /** Puts back what workers have beside their current calls and have not begun. */
  takeBack(): void {}

  /** Puts back the current call of a worker that has ended, if it is known not to have begun. */
  recover(_worker: Receiver, _call: Call): boolean {
    return false
  }

  /**
   * After takeBack(): what a worker has begun. Where there is more than one call, the first is done, and its answer is on
   * its way.
   */
  begunBy(worker: Receiver): readonly Call[] {
    return worker.current ? [worker.current] : []
  }
}

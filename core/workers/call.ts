/** A call of a function on a worker, from the moment it is taken to its answer; and the line in which calls wait. */

export type CallOptions = {
  /** The same as for the pool, for this call: milliseconds from when it is given to a worker. */
  timeout?: number
  /** Aborted: a call that waits is dropped, one that runs is ended together with its worker. Rejects with the reason. */
  signal?: AbortSignal | undefined
}

let lastId = 0

export class Call {
  readonly id = ++lastId
  state: 'waiting' | 'running' | 'settled' = 'waiting'
  /** What it was sent to a worker with; 0 if it was not, or came back. */
  token = 0
  /** How many workers have ended with this call before they began it. */
  lostWorkers = 0
  /** Whoever wants to know that the function begins. */
  whenBegun: (() => void) | undefined = undefined
  private readonly answer = Promise.withResolvers<unknown>()
  private stopListening: (() => void) | undefined = undefined

  constructor(
    readonly name: string,
    public args: readonly unknown[],
    readonly timeout: number,
    private readonly settled: () => void,
  ) {}

  get promise(): Promise<unknown> {
    return this.answer.promise
  }

  abortWith(signal: AbortSignal, abort: (reason: unknown) => void): void {
    const listener = () => abort(signal.reason)
    signal.addEventListener('abort', listener)
    this.stopListening = () => signal.removeEventListener('abort', listener)
  }

  /** Whoever calls may go on to change what it has passed: what is not sent at once is copied. Throws if it can't be. */
  copyArguments(): void {
    if (!this.args.every(isPrimitive)) this.args = structuredClone(this.args)
  }

  begin(): void {
    if (this.state === 'waiting') this.state = 'running'
    this.whenBegun?.()
  }

  resolve(result: unknown): void {
    if (this.settle()) this.answer.resolve(result)
  }

  reject(reason: unknown): void {
    if (this.settle()) this.answer.reject(reason)
  }

  private settle(): boolean {
    if (this.state === 'settled') return false
    this.state = 'settled'
    this.stopListening?.()
    this.settled()
    return true
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value)
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
  private readonly calls: Call[] = []

  /** How many calls wait. */
  get size(): number {
    return this.calls.length
  }

  get first(): Call | undefined {
    return this.calls[0]
  }

  push(call: Call): void {
    this.calls.push(call)
  }

  shift(): Call | undefined {
    return this.calls.shift()
  }

  remove(call: Call): boolean {
    const index = this.calls.indexOf(call)
    if (index >= 0) this.calls.splice(index, 1)
    return index >= 0
  }

  putBack(call: Call): void {
    call.token = 0
    call.state = 'waiting'
    const index = this.calls.findIndex(({ id }) => id > call.id)
    this.calls.splice(index < 0 ? this.calls.length : index, 0, call)
  }

  /** The next call for a worker that has none, sent to it. */
  next(worker: Receiver, _now: number): Call | undefined {
    for (let call = this.shift(); call; call = this.shift()) {
      worker.send([call])
      if (call.state !== 'settled') return call
    }
    return undefined
  }

  /** Puts back what workers have beside their current calls and have not begun. */
  takeBack(): void {}

  /** Whether a worker has begun a call behind its current one: that one is done, then, and its answer is on its way. */
  hasBegunAnother(_worker: Receiver): boolean {
    return false
  }

  /** Puts back what a worker that goes has not begun, and returns what it has. */
  forget(worker: Receiver): readonly Call[] {
    return worker.current ? [worker.current] : []
  }
}

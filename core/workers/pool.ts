/** Hands calls to workers, one at a time to each, and sees to it that every call ends: well, badly, late or aborted. */
import { starting } from '../task'
import { Call, type CallOptions, type Line } from './call'
import { workerEnded, WorkerRefusedError, WorkerTimeoutError } from './errors'
import { locate } from './locate'
import { uncloneable, type WorkerEnd } from './messages'
import { PoolWorker, type Start, type WorkerEvents } from './worker'

/** While others are alive, a worker that cannot be started is tried again after so many milliseconds. */
const restartPause = 1_000

export type PoolSettings = {
  readonly size: number
  readonly timeout: number
  readonly capacity: number
  /** What the workers run. */
  readonly module: URL
  readonly start: Start
}

export class WorkerPool implements WorkerEvents {
  /** How many calls wait or run. */
  pending = 0
  private whenIdle: PromiseWithResolvers<void> | undefined = undefined
  private readonly workers: PoolWorker[] = []
  private readonly ends = new Set<Promise<void>>()
  private lastFailure = -Infinity
  private isClosed = false

  constructor(
    private readonly settings: PoolSettings,
    /** Where calls wait, and from where they are sent. */
    private readonly line: Line,
  ) {}

  call(name: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    const { capacity, size } = this.settings
    const { signal, timeout = this.settings.timeout } = options
    // Before all else: a call that is refused has not begun.
    const whenBegun = starting.task?.defer()
    if (this.pending >= size + capacity)
      return Promise.reject(new WorkerRefusedError(name, 'full', capacity))
    const worker = this.workers.find(({ isFree }) => isFree)
    let sent = args
    try {
      // Whoever calls may go on to change what it has passed: what is not sent at once is copied.
      if (!worker && !args.every(isPrimitive)) sent = structuredClone(args)
    } catch (error) {
      return Promise.reject(uncloneable(name, args, error))
    }
    if (this.isClosed) return Promise.reject(new WorkerRefusedError(name, 'closed', capacity))
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.pending++ === 0) this.hold(true)
    const call = new Call(name, sent, timeout, this.settled, whenBegun)
    if (signal) call.abortWith(signal, (reason) => this.giveUp(call, reason))
    this.line.push(call)
    if (worker) this.freed(worker, performance.now())
    else this.grow()
    return call.promise
  }

  async idle(): Promise<void> {
    while (this.pending > 0) await (this.whenIdle ??= Promise.withResolvers<void>()).promise
  }

  /** Takes no more calls, rejects those that wait, lets those that run finish, and ends the workers. */
  async close(): Promise<void> {
    this.isClosed = true
    this.line.takeBack()
    this.rejectWaiting(this.refusal)
    await this.idle()
    this.closeNow()
    await Promise.all(this.ends)
  }

  /** Takes no more calls, rejects those that wait and those that run, and ends the workers. */
  closeNow(): void {
    this.isClosed = true
    for (const worker of this.workers.slice())
      for (const call of this.end(worker)) call.reject(this.refusal(call))
    this.rejectWaiting(this.refusal)
  }

  // What follows is for the workers.

  freed(worker: PoolWorker, now: number): void {
    const call = worker.isFree ? this.line.next(worker, now) : undefined
    if (!call) return
    call.watch(this.overdue, true)
    worker.run(call, now)
    // It was given up when it had begun already, behind another.
    if (call.state === 'settled') this.giveUp(call, undefined)
  }

  ended(worker: PoolWorker, end: WorkerEnd): void {
    for (const call of this.end(worker))
      if (!this.line.recover(worker, call)) call.reject(workerEnded(call.name, end))
    if (!worker.isReady) this.failedToStart(end)
    this.balance()
  }

  /** Starts a worker, if there are calls for one more and there may be another. */
  private grow(): void {
    const { size, start, module } = this.settings
    const { length } = this.workers
    const isResting = length > 0 && performance.now() - this.lastFailure < restartPause
    try {
      if (this.pending > length && length < size && !isResting)
        this.workers.push(new PoolWorker(start, locate(module), this))
    } catch (cause) {
      this.failedToStart({ exitCode: null, cause })
    }
    // A worker may load for as long as the call that it is to run may run.
    let loading = 0
    for (const { isReady } of this.workers)
      if (!isReady) this.line.waiting[loading++]?.watch(this.overdue)
  }

  private failedToStart(end: WorkerEnd): void {
    this.lastFailure = performance.now()
    if (this.workers.length > 0) return
    this.rejectWaiting(({ name }) => workerEnded(name, end, this.settings.module.pathname))
  }

  private overdue = (call: Call): void => {
    const phase = call.state === 'running' ? 'running' : 'loading'
    this.giveUp(call, new WorkerTimeoutError(call.name, call.timeout, phase))
  }

  /** Rejects a call. If it runs, its worker is ended, unless the answer is on its way. */
  private giveUp(call: Call, reason: unknown): void {
    this.line.takeBack()
    const index = this.line.waiting.indexOf(call)
    if (index >= 0) this.line.waiting.splice(index, 1)
    call.reject(reason)
    const worker = this.workers.find(({ current }) => current === call)
    if (worker && this.line.begunBy(worker).length === 1) this.end(worker)
    this.balance()
  }

  /** Ends a worker, and returns the calls that it had begun. */
  private end(worker: PoolWorker): readonly Call[] {
    this.line.takeBack()
    this.workers.splice(this.workers.indexOf(worker), 1)
    const end = worker.end().then(() => void this.ends.delete(end))
    this.ends.add(end)
    return this.line.begunBy(worker)
  }

  /** Where a call or a worker has gone without an answer: nothing waits while a worker could take it. */
  private balance(): void {
    this.line.takeBack()
    for (const worker of this.workers) if (worker.isFree) this.freed(worker, performance.now())
    if (this.line.waiting.length > 0) this.grow()
  }

  private refusal = ({ name }: Call): Error =>
    new WorkerRefusedError(name, 'closed', this.settings.capacity)

  /** Only calls keep this process alive. */
  private hold(holds: boolean): void {
    for (const worker of this.workers) worker.channel.hold(holds)
  }

  private rejectWaiting(why: (call: Call) => Error): void {
    for (const call of this.line.waiting.splice(0)) call.reject(why(call))
  }

  private settled = (): void => {
    if (--this.pending > 0) return
    this.hold(false)
    this.whenIdle?.resolve()
    this.whenIdle = undefined
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value)
}

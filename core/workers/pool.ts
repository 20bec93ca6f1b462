/** Hands calls to workers, one at a time to each, and sees to it that every call ends: well, badly, late or aborted. */
import { starting } from '../task'
import { Call, type CallOptions, type Line } from './call'
import { endedWhileRunning, neverStarted, WorkerRefusedError, WorkerTimeoutError } from './errors'
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
  /** Where calls wait, and from where they are sent. */
  readonly line: Line
}

export class WorkerPool implements WorkerEvents {
  /** How many calls wait or run. */
  pending = 0
  private whenIdle: PromiseWithResolvers<void> | undefined = undefined
  private readonly line: Line
  private readonly workers: PoolWorker[] = []
  private readonly ends = new Set<Promise<void>>()
  private lastFailure = -Infinity
  private isClosed = false

  constructor(private readonly settings: PoolSettings) {
    this.line = settings.line
  }

  call(name: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    const { capacity, size } = this.settings
    const { signal, timeout = this.settings.timeout } = options
    if (this.isClosed) return Promise.reject(new WorkerRefusedError(name, 'closed', capacity))
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.pending >= size + capacity)
      return Promise.reject(new WorkerRefusedError(name, 'full', capacity))
    this.pending++
    const call = new Call(name, args, timeout, this.settled)
    if (starting.task) call.whenBegun = starting.task.defer()
    if (signal) call.abortWith(signal, (reason) => this.abort(call, reason))
    this.place(call)
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
    if (call) worker.run(call, now)
    else worker.rest()
  }

  overdue(worker: PoolWorker, call: Call): void {
    if (worker.isReady)
      return this.endRunning(worker, new WorkerTimeoutError(call.name, call.timeout))
    this.line.takeBack()
    if (this.line.remove(call))
      call.reject(new WorkerTimeoutError(call.name, call.timeout, 'loading'))
    worker.expect(this.line.first)
  }

  ended(worker: PoolWorker, end: WorkerEnd): void {
    for (const call of this.end(worker)) call.reject(endedWhileRunning(call.name, end))
    if (!worker.isReady) this.failedToStart(end)
    this.balance()
  }

  /** Gives it to a worker that has nothing to do, or lets it wait. */
  private place(call: Call): void {
    const worker = this.freeWorker()
    try {
      // Whoever calls may go on to change what it has passed: what is not sent at once is copied.
      if (!worker) call.copyArguments()
    } catch (error) {
      return call.reject(uncloneable(call.name, call.args, error))
    }
    this.line.push(call)
    if (worker) this.freed(worker, performance.now())
    else this.grow(call)
  }

  private freeWorker(): PoolWorker | undefined {
    for (const worker of this.workers) if (worker.isFree) return worker
    return undefined
  }

  /** Nothing free: starts a worker for this call, if there may be another. */
  private grow(call: Call): void {
    for (const worker of this.workers) if (worker.isSpare) return worker.expect(call)
    const { size, start, module } = this.settings
    if (this.workers.length >= size) return
    const isResting = performance.now() - this.lastFailure < restartPause
    if (isResting && this.workers.length > 0) return
    try {
      const worker = new PoolWorker(start, locate(module), this)
      this.workers.push(worker)
      worker.expect(call)
    } catch (cause) {
      this.failedToStart({ exitCode: null, cause })
    }
  }

  private failedToStart(end: WorkerEnd): void {
    this.lastFailure = performance.now()
    if (this.workers.length > 0) return
    this.rejectWaiting(({ name }) => neverStarted(name, this.settings.module.pathname, end))
  }

  private abort(call: Call, reason: unknown): void {
    const worker = this.workers.find(({ current }) => current === call)
    this.line.takeBack()
    this.line.remove(call)
    if (worker) this.endRunning(worker, reason)
    call.reject(reason)
    this.balance()
  }

  /** Ends the call that runs by ending its worker, unless it is done. */
  private endRunning(worker: PoolWorker, reason: unknown): void {
    if (!this.line.hasBegunAnother(worker)) {
      worker.current?.reject(reason)
      this.end(worker)
    }
    this.balance()
  }

  /** Ends a worker, and returns the calls that it had begun. */
  private end(worker: PoolWorker): readonly Call[] {
    this.workers.splice(this.workers.indexOf(worker), 1)
    const end = worker.end().then(() => void this.ends.delete(end))
    this.ends.add(end)
    return this.line.forget(worker)
  }

  /** Where a call or a worker has gone without an answer: nothing waits while a worker could take it. */
  private balance(): void {
    this.line.takeBack()
    for (const worker of this.workers) if (worker.isFree) this.freed(worker, performance.now())
    if (this.line.first) this.grow(this.line.first)
  }

  private refusal = ({ name }: Call): Error =>
    new WorkerRefusedError(name, 'closed', this.settings.capacity)

  private rejectWaiting(why: (call: Call) => Error): void {
    for (let call = this.line.shift(); call; call = this.line.shift()) call.reject(why(call))
  }

  private settled = (): void => {
    if (--this.pending > 0 || !this.whenIdle) return
    this.whenIdle.resolve()
    this.whenIdle = undefined
  }
}

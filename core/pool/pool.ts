/**
 * Hands calls to workers: first come, first served, and never one behind a long one while another worker is free.
 *
 * A worker that answers quickly is sent calls ahead of their turn. They can still move: at once to a worker that has
 * nothing to do, and after a few milliseconds away from a call that turns out to be long.
 */
import { Call, type CallOptions } from './call'
import { CallQueue } from './call-queue'
import { Pending } from './pending'
import { PoolWorker, type WorkerEvents } from './pool-worker'
import type { ChannelEvents, WorkerChannel } from './worker-channel'
import {
  endedWhileRunning,
  neverStarted,
  type WorkerEnd,
  WorkerRefusedError,
  WorkerTimeoutError,
} from './worker-errors'
import { WorkerSet } from './worker-set'

/** So many milliseconds after its start a call is long, and what waits behind it moves. */
const patience = 5

/** A call that was to run on so many workers that ended is not given another. */
const mostLostWorkers = 3

export type PoolSettings = {
  readonly size: number
  readonly timeout: number
  readonly capacity: number
  /** What the workers run, for messages. */
  readonly file: string
  readonly start: (events: ChannelEvents) => WorkerChannel
}

export class WorkerPool implements WorkerEvents {
  private readonly underWay = new Pending()
  private readonly workers: WorkerSet
  private readonly queue = new CallQueue()
  private isClosed = false
  private lastLook = -Infinity

  constructor(private readonly settings: PoolSettings) {
    const { size, start } = settings
    this.workers = new WorkerSet(size, () => new PoolWorker(start, this))
  }

  call(name: string, args: readonly unknown[], { signal, timeout }: CallOptions): Promise<unknown> {
    const { capacity, size } = this.settings
    if (this.isClosed) return Promise.reject(new WorkerRefusedError(name, 'closed', capacity))
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.pending >= size + capacity)
      return Promise.reject(new WorkerRefusedError(name, 'full', capacity))
    const call = new Call(name, args, timeout ?? this.settings.timeout, signal, this.underWay)
    if (signal) call.whenAborted((reason) => this.abort(call, reason))
    this.place(call)
    return call.promise
  }

  get pending(): number {
    return this.underWay.count
  }

  idle = (): Promise<void> => this.underWay.none()

  /** Takes no more calls, rejects those that wait, lets those that run finish, and ends the workers. */
  async close(): Promise<void> {
    this.isClosed = true
    this.refuse(this.queue.empty())
    for (const worker of this.workers) this.refuse(worker.takeBack())
    await this.idle()
    this.closeNow()
    await this.workers.ended()
  }

  /** Takes no more calls, rejects those that wait and those that run, and ends the workers. */
  closeNow(): void {
    this.isClosed = true
    for (const worker of this.workers) {
      const { begun, unbegun } = worker.leftBehind()
      this.workers.end(worker)
      this.refuse([...begun, ...unbegun])
    }
    this.refuse(this.queue.empty())
  }

  // What follows is for the workers.

  available(worker: PoolWorker, now: number): void {
    if (now - this.lastLook >= patience) this.moveStuck(now)
    this.dispatch()
    if (worker.load === 0 && worker.isReady) worker.sendAll(this.workers.takeBackOne())
  }

  overdue(worker: PoolWorker, call: Call): void {
    this.endRunning(worker, call, new WorkerTimeoutError(call.name, call.timeout))
  }

  ended(worker: PoolWorker, end: WorkerEnd): void {
    this.workers.delete(worker)
    if (!worker.isReady) this.failedToStart(end)
    const { begun, unbegun } = worker.leftBehind()
    for (const call of begun) call.reject(endedWhileRunning(call.name, end))
    for (const call of unbegun)
      if (++call.lostWorkers === mostLostWorkers) call.reject(endedWhileRunning(call.name, end))
      else this.queue.putBack([call])
    this.balance()
  }

  /** Sends it, or lets it wait. */
  private place(call: Call): void {
    const worker = this.queue.size === 0 ? this.workers.freest() : undefined
    if (worker) {
      if (worker.load > 0) this.grow(1)
      worker.send(call)
    } else {
      this.queue.push(call)
      this.dispatch()
    }
    // The first at a worker is never taken back, and so is not sent again.
    if (call.isPlain || call.worker?.isRunning(call)) return
    if (!call.keepArguments()) this.queue.delete(call)
  }

  private dispatch(): void {
    while (this.queue.size > 0) {
      const worker = this.workers.freest()
      if (!worker || worker.load > 0) this.grow(this.queue.size)
      if (!worker) return
      const share = Math.ceil(this.queue.size / this.workers.count)
      worker.sendAll(this.queue.take(Math.min(worker.room, share)))
    }
  }

  private grow(waiting: number): void {
    try {
      this.workers.grow(waiting)
    } catch (cause) {
      this.failedToStart({ exitCode: null, cause })
    }
  }

  private failedToStart(end: WorkerEnd): void {
    this.workers.failedToStart()
    if (this.workers.count > 0) return
    for (const call of this.queue.empty())
      call.reject(neverStarted(call.name, this.settings.file, end))
  }

  /**
   * What waits behind long calls comes first in the queue again. To look when an answer comes is enough: before that,
   * there is no worker to go to; and a timer for it would slow short calls down.
   */
  private moveStuck(now: number): void {
    this.lastLook = now
    for (const worker of this.workers)
      if (worker.isStuck(now, patience)) this.queue.putBack(worker.takeBack())
  }

  private abort(call: Call, reason: unknown): void {
    const { worker } = call
    if (!worker) this.queue.delete(call)
    else if (!worker.takeBackCall(call)) this.endRunning(worker, call, reason)
    call.reject(reason)
    this.balance()
  }

  /** Ends a call by ending its worker. The calls behind it come first on another. */
  private endRunning(worker: PoolWorker, call: Call, reason: unknown): void {
    this.queue.putBack(worker.takeBack())
    // If one behind it has begun, it is done itself, and its answer is on its way.
    if (worker.load === 1) {
      call.reject(reason)
      worker.leftBehind()
      this.workers.end(worker)
    }
    this.balance()
  }

  /** Where a call or a worker has gone without an answer: nothing waits behind another while a worker could take it. */
  private balance(): void {
    this.dispatch()
    for (const worker of this.workers)
      if (worker.load === 0 && worker.isReady) worker.sendAll(this.workers.takeBackOne())
    const behind = this.workers.behind
    if (behind > 0) this.grow(behind)
  }

  private refuse(calls: readonly Call[]): void {
    for (const call of calls)
      call.reject(new WorkerRefusedError(call.name, 'closed', this.settings.capacity))
  }
}

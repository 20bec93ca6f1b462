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

/** So many milliseconds after its start a call is long, and what waits behind it moves. */
const patience = 5

/** While others are alive, a worker that cannot be started is tried again after so many milliseconds. */
const restartPause = 1_000

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
  private readonly workers = new Set<PoolWorker>()
  private readonly queue = new CallQueue()
  private isClosed = false
  private lastFailure = -Infinity
  private rescue: NodeJS.Timeout | undefined = undefined
  private readonly ends = new Set<Promise<void>>()

  constructor(private readonly settings: PoolSettings) {}

  call(name: string, args: readonly unknown[], { signal, timeout }: CallOptions): Promise<unknown> {
    const { capacity, size } = this.settings
    if (this.isClosed) return Promise.reject(new WorkerRefusedError(name, 'closed', capacity))
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.pending >= size + capacity)
      return Promise.reject(new WorkerRefusedError(name, 'full', capacity))
    const call = new Call(name, args, timeout ?? this.settings.timeout, signal, this.underWay.end)
    this.underWay.begin()
    call.whenAborted((reason) => this.abort(call, reason))
    this.queue.push(call)
    this.dispatch()
    if (!call.worker?.isRunning(call) && !call.keepArguments()) this.queue.delete(call)
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
    await Promise.all(this.ends)
  }

  /** Takes no more calls, rejects those that wait and those that run, and ends the workers. */
  closeNow(): void {
    this.isClosed = true
    clearTimeout(this.rescue)
    for (const worker of this.workers) {
      const { begun, unbegun } = worker.leftBehind()
      this.end(worker)
      this.refuse([...begun, ...unbegun])
    }
    this.refuse(this.queue.empty())
  }

  // What follows is for the workers.

  available(worker: PoolWorker): void {
    this.dispatch()
    if (worker.load > 0) return
    let busiest = worker
    for (const other of this.workers) if (other.load > busiest.load) busiest = other
    if (busiest.load > 1) worker.send(busiest.takeBack(1))
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
    this.dispatch()
  }

  private dispatch(): void {
    while (this.queue.size > 0) {
      const worker = this.freest()
      if (!worker || worker.load > 0) this.grow()
      if (!worker) return
      const share = Math.ceil(this.queue.size / this.workers.size)
      worker.send(this.queue.take(Math.min(worker.room, share)))
      if (worker.load > 1) this.rescue ??= setTimeout(this.rescueStuck, patience)
    }
  }

  private freest(): PoolWorker | undefined {
    let freest: PoolWorker | undefined
    for (const worker of this.workers) {
      if (worker.room === 0) continue
      if (worker.load === 0) return worker
      if (!freest || worker.load < freest.load) freest = worker
    }
    return freest
  }

  /** Starts a worker if there is a call for it. */
  private grow(): void {
    const { size, start } = this.settings
    const isResting = performance.now() - this.lastFailure < restartPause
    if (this.workers.size >= size || (isResting && this.workers.size > 0)) return
    let loading = 0
    for (const worker of this.workers) if (!worker.isReady) loading++
    if (loading >= this.queue.size) return
    try {
      this.workers.add(new PoolWorker(start, this))
    } catch (cause) {
      this.failedToStart({ exitCode: null, cause })
    }
  }

  private failedToStart(end: WorkerEnd): void {
    this.lastFailure = performance.now()
    if (this.workers.size > 0) return
    for (const call of this.queue.empty())
      call.reject(neverStarted(call.name, this.settings.file, end))
  }

  /** Moves what waits behind long calls. */
  private rescueStuck = (): void => {
    this.rescue = undefined
    for (const worker of this.workers)
      if (worker.isStuck(patience)) this.queue.putBack(worker.takeBack())
      else if (worker.load > 1) this.rescue ??= setTimeout(this.rescueStuck, patience)
    this.dispatch()
  }

  private abort(call: Call, reason: unknown): void {
    const { worker } = call
    if (!worker) this.queue.delete(call)
    else if (!worker.takeBackCall(call)) this.endRunning(worker, call, reason)
    call.reject(reason)
    this.dispatch()
  }

  /** Ends a call by ending its worker. The calls behind it come first on another. */
  private endRunning(worker: PoolWorker, call: Call, reason: unknown): void {
    this.queue.putBack(worker.takeBack())
    // If one behind it has begun, it is done itself, and its answer is on its way.
    if (worker.load === 1) {
      call.reject(reason)
      worker.leftBehind()
      this.end(worker)
    }
    this.dispatch()
  }

  private refuse(calls: readonly Call[]): void {
    for (const call of calls)
      call.reject(new WorkerRefusedError(call.name, 'closed', this.settings.capacity))
  }

  private end(worker: PoolWorker): void {
    this.workers.delete(worker)
    const end = worker.end().then(() => void this.ends.delete(end))
    this.ends.add(end)
  }
}

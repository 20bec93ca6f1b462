/** The workers of a pool: which one is next, when another is started, and how they go. */
import type { Call } from './call'
import type { PoolWorker } from './pool-worker'

/** While others are alive, a worker that cannot be started is tried again after so many milliseconds. */
const restartPause = 1_000

export class WorkerSet {
  private readonly workers: PoolWorker[] = []
  private lastFailure = -Infinity
  private readonly ends = new Set<Promise<void>>()

  constructor(
    private readonly size: number,
    private readonly start: () => PoolWorker,
  ) {}

  get count(): number {
    return this.workers.length
  }

  /** How many calls are at a worker that has another to do first. */
  get behind(): number {
    return this.workers.reduce((behind, { load }) => behind + Math.max(0, load - 1), 0)
  }

  [Symbol.iterator](): Iterator<PoolWorker> {
    return [...this.workers][Symbol.iterator]()
  }

  /** The one that has least to do, of those that have room. */
  freest(): PoolWorker | undefined {
    let freest: PoolWorker | undefined
    for (const worker of this.workers) {
      if (worker.room === 0) continue
      if (worker.load === 0) return worker
      if (!freest || worker.load < freest.load) freest = worker
    }
    return freest
  }

  /** Starts a worker if one of so many calls is for it. Throws what the start throws. */
  grow(waiting: number): void {
    if (this.workers.length >= this.size) return
    const isResting = performance.now() - this.lastFailure < restartPause
    if (isResting && this.workers.length > 0) return
    if (this.workers.filter((worker) => !worker.isReady).length >= waiting) return
    this.workers.push(this.start())
  }

  failedToStart(): void {
    this.lastFailure = performance.now()
  }

  /** Takes back one call that waits behind another, wherever there is one. */
  takeBackOne(): Call[] {
    const fullestFirst = this.workers.toSorted((one, other) => other.load - one.load)
    for (const worker of fullestFirst) {
      const calls = worker.takeBack(1)
      if (calls.length > 0) return calls
    }
    return []
  }

  delete(worker: PoolWorker): void {
    const index = this.workers.indexOf(worker)
    if (index >= 0) this.workers.splice(index, 1)
  }

  end(worker: PoolWorker): void {
    this.delete(worker)
    const end = worker.end().then(() => void this.ends.delete(end))
    this.ends.add(end)
  }

  /** Resolves when all that were ended are gone. */
  async ended(): Promise<void> {
    await Promise.all(this.ends)
  }
}

/**
 * Runs the jobs of a queue: in this process, in another, on another machine. Nothing but the module says how.
 *
 * @example
 * import * as tasks from './tasks'
 * await using consumer = await consume('images', tasks, { concurrency: 10 })
 */
import { BackgroundAbortedError } from './errors'
import { requireCount, requireFunction, requireMilliseconds } from './options'
import {
  type ConsumerEngine,
  type EngineOptions,
  openConsumer,
  requireQueueName,
} from './queue/engine'
import { type FailedJob, logFailure, troubleLog } from './queue/log'
import { runJob } from './queue/run'
import { RunningJobs } from './queue/running'

export type ConsumeOptions = EngineOptions & {
  /** How many jobs run at once. Default: 5. */
  concurrency?: number
  /**
   * A consumer that has not been heard of for so many milliseconds is taken for dead, and others run its jobs again.
   * Default: 10,000. Shorter means sooner, but a function that blocks the event loop for longer is run twice. The
   * embedded engine needs none of this: its consumers die with its process.
   */
  lostAfter?: number
  /** Called for every attempt that fails. Default: it is printed. */
  onError?: (failure: { error: unknown; job: FailedJob }) => unknown
}

/** Starts to run jobs. Resolves at once where the broker is away: the consumer waits for it. */
export async function consume(
  name: string,
  tasks: object,
  options: ConsumeOptions = {},
): Promise<Consumer> {
  const { concurrency = 5, lostAfter = 10_000, onError = logFailure } = options
  requireQueueName(name)
  requireCount('concurrency', concurrency)
  requireMilliseconds('lostAfter', lostAfter)
  requireFunction('onError', onError)
  const running = new RunningJobs()
  const worker = await openConsumer(
    name,
    (delivery) => runJob({ queue: name, tasks, onError, running }, delivery),
    { ...options, concurrency, lostAfter, onTrouble: troubleLog(name) },
  )
  return new Consumer(name, worker, running)
}

export class Consumer implements AsyncDisposable {
  /** Use `consume()`. */
  constructor(
    readonly name: string,
    private readonly worker: ConsumerEngine,
    private readonly running: RunningJobs,
  ) {}

  /** The engine's own worker: BullMQ's or bunqueue's. */
  get engine(): unknown {
    return this.worker.engine
  }

  /**
   * Takes no more jobs and waits for those that run, for `deadline` milliseconds. Resolves with the number of jobs
   * that still run then: their signals are aborted, and when this process ends they are run again.
   */
  async close(deadline = 10_000): Promise<number> {
    requireMilliseconds('deadline', deadline)
    await this.worker.close(deadline)
    const unfinished = this.running.size
    this.running.abortAll(new BackgroundAbortedError(deadline))
    return unfinished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What stands behind `consume()`: its options, and the consumer that they make. */
import { BackgroundAbortedError } from '../errors'
import {
  longestTimer,
  requireCount,
  requireFunction,
  requireMilliseconds,
  requireOptions,
  requireWholeMilliseconds,
} from '../options'
import type { ConsumerEngine, ConsumerSettings, Engine, EngineOptions, Where } from './engine'
import { adviceOn } from './errors'
import { type FailedJob, logFailure, runJob } from './run'
import { engineOptions, whereOf } from './where'

export type ConsumeOptions = EngineOptions & {
  /** How many jobs run at once. Default: 5. */
  concurrency?: number
  /**
   * A consumer that has not been heard of for so many milliseconds is taken for dead, and others run its jobs again.
   * Whole ones. Default: 10,000. Shorter means sooner, but a function that blocks the event loop for longer is run
   * twice. The embedded engine needs none of this: its consumers die with its process.
   */
  lostAfter?: number
  /** Called for every attempt that fails. Default: it is printed. */
  onError?: (failure: { error: unknown; job: FailedJob }) => unknown
}

export async function startConsumer(
  name: string,
  tasks: object,
  options: ConsumeOptions,
  load: (where: Where) => Promise<Engine>,
): Promise<Consumer> {
  requireOptions('consume()', options, [...engineOptions, 'concurrency', 'lostAfter', 'onError'])
  const { concurrency = 5, lostAfter = 10_000, onError = logFailure } = options
  requireCount('concurrency', concurrency)
  requireWholeMilliseconds('lostAfter', lostAfter, { least: 1, most: longestTimer })
  requireFunction('onError', onError)
  const where = whereOf(name, options)
  const running = new Set<AbortController>()
  const run: ConsumerSettings['run'] = (delivery) =>
    runJob({ queue: name, tasks, onError, running }, delivery)
  const settings = { concurrency, lostAfter, onTrouble: troubleLog(name), running, run }
  const worker = await (await load(where)).openConsumer(name, where, settings)
  return new Consumer(name, worker, running)
}

/** What runs the jobs of a queue in this process, until it is closed. `await using` is close(). */
export class Consumer implements AsyncDisposable {
  /** Use `consume()`. */
  constructor(
    readonly name: string,
    private readonly worker: ConsumerEngine,
    private readonly running: ReadonlySet<AbortController>,
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
    const unfinished = [...this.running]
    for (const controller of unfinished) controller.abort(new BackgroundAbortedError(deadline))
    return unfinished.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** A broker that is away says the same many times a second: once in ten seconds is enough. */
const quietFor = 10_000

/** Prints what goes wrong between a consumer and its engine, each kind of thing once in a while. */
function troubleLog(queue: string): (error: Error) => void {
  const saidAt = new Map<string, number>()
  return (error) => {
    const message = [error.message, adviceOn(error)].filter(Boolean).join('. ')
    // The ids of jobs do not make it another kind.
    const kind = message.replaceAll(/\S*\d\S*/g, '#')
    const now = performance.now()
    if (now - (saidAt.get(kind) ?? -Infinity) < quietFor) return
    if (saidAt.size > 100) saidAt.clear()
    saidAt.set(kind, now)
    console.error(`[background] ${queue}: ${message}`)
  }
}

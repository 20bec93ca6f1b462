/**
 * Runs lists of tasks: so many at a time, so many held, none lost. `app.decorator.background` is one of these; it
 * works without Elysia too.
 *
 * @example
 * const runner = new BackgroundRunner({ concurrency: 10 })
 * runner.addTask(resize, 'cat.png')
 * await runner.idle()
 */
import { BackgroundAbortedError, BackgroundRefusedError, log } from './errors'
import { HeldTasks } from './held'
import type { DrainReport } from './log'
import {
  requireFunction,
  requireLimit,
  requireMilliseconds,
  requireOneOf,
  settledWithin,
} from './options'
import { Roster } from './roster'
import type { BackgroundTask, BackgroundTaskError, TaskFunction } from './task'
import type { BackgroundTasks } from './tasks'
import { type Due, NextTurn } from './turn'

export type RunnerOptions = {
  /** Told of every failure. Without it, failures are logged. What it throws is logged and stops nothing. */
  onError?: ((event: { error: unknown; task: BackgroundTask }) => unknown) | undefined
  /** Whether a failure stops the tasks behind it in the same list. Default: 'halt'. */
  onFailure?: 'halt' | 'continue' | undefined
  /** How many lists run at once. Default: 1,000. */
  concurrency?: number | undefined
  /** How many lists are held, running or not; past it, addTask throws a BackgroundRefusedError. Default: 100,000. */
  capacity?: number | undefined
}

export class BackgroundRunner {
  readonly onFailure: 'halt' | 'continue'
  readonly concurrency: number
  readonly capacity: number
  private readonly onError: RunnerOptions['onError']
  /** Where a list that has come due is put. */
  readonly nextTurn = new NextTurn()
  private readonly held = new Roster()
  private readonly queue = new Set<HeldTasks>()
  private readonly drains = new Set<BackgroundTask[]>()
  private running = 0
  private reporting = 0
  private refuses = false
  private aborting = new AbortController()
  private whenIdle: PromiseWithResolvers<void> | undefined = undefined

  constructor(options: RunnerOptions = {}) {
    const { onError, onFailure = 'halt', concurrency = 1_000, capacity = 100_000 } = options
    requireFunction('onError', onError)
    requireOneOf('onFailure', onFailure, ['halt', 'continue'])
    requireLimit('concurrency', concurrency)
    requireLimit('capacity', capacity)
    this.onError = onError
    this.onFailure = onFailure
    this.concurrency = concurrency
    this.capacity = capacity
  }

  /** How many tasks have been added and have not ended. */
  get pending(): number {
    let pending = 0
    for (const list of this.held) pending += list.pending
    return pending
  }

  /** Aborted when a drain gives up. A long task can look at it, or hand it to fetch. */
  get signal(): AbortSignal {
    return this.aborting.signal
  }

  /** Runs what belongs to no response, soon: a function with its arguments, a task, or a list. */
  addTask<Arguments extends unknown[]>(
    func: TaskFunction<Arguments>,
    ...args: Arguments
  ): BackgroundTask<Arguments>
  addTask(task: BackgroundTask): BackgroundTask
  addTask(list: BackgroundTasks): BackgroundTasks
  addTask(
    first: TaskFunction<unknown[]> | BackgroundTask | BackgroundTasks,
    ...args: unknown[]
  ): BackgroundTask | BackgroundTasks {
    return new HeldTasks(this).addTask(first as TaskFunction<unknown[]>, ...args)
  }

  /** Resolves when nothing is left to run or to report. */
  async idle(): Promise<void> {
    while (this.isBusy) await (this.whenIdle ??= Promise.withResolvers<void>()).promise
  }

  /**
   * Takes no new list from now on, waits until all is done or `milliseconds` have passed, then aborts what is left.
   * What a held list still adds to itself is taken.
   */
  async drain(milliseconds = Infinity): Promise<DrainReport> {
    requireMilliseconds('drain()', milliseconds)
    this.refuses = true
    const finished: BackgroundTask[] = []
    this.drains.add(finished)
    await settledWithin(this.idle(), milliseconds)
    this.drains.delete(finished)
    return { finished, ...this.abandon(new BackgroundAbortedError(milliseconds)) }
  }

  /** Takes lists again, after a drain. */
  resume(): void {
    this.refuses = false
    if (this.aborting.signal.aborted) this.aborting = new AbortController()
  }

  // What follows is for the lists. They are the runner's other half.

  /** Makes room for `list`, or throws. */
  hold(list: HeldTasks): void {
    if (list.isHeld) return
    if (this.refuses) throw new BackgroundRefusedError('draining', this.capacity)
    if (this.held.size >= this.capacity) throw new BackgroundRefusedError('full', this.capacity)
    this.held.add(list)
  }

  /** Runs `list` now, or when it is its turn. */
  start(list: HeldTasks): void {
    if (list.isRunning || !list.isHeld) return
    if (this.running >= this.concurrency || this.queue.size > 0) this.queue.add(list)
    else this.run(list)
  }

  finished(list: HeldTasks): void {
    if (!list.isRunning) return // given up before
    this.running--
    list.isRunning = false
    if (list.isEmpty) this.letGo(list)
    else this.start(list)
    // One in each turn: a queue of short blocking lists must not become one long one.
    if (this.queue.size > 0) this.nextTurn.add(this.startNext)
  }

  letGo(list: HeldTasks): void {
    this.held.delete(list)
    if (this.queue.size > 0) this.queue.delete(list)
    this.settle()
  }

  ended(task: BackgroundTask): void {
    if (this.drains.size > 0) for (const finished of this.drains) finished.push(task)
  }

  async report({ error, task }: BackgroundTaskError): Promise<void> {
    this.reporting++
    try {
      if (this.onError) await task.inContext(this.onError, { error, task })
      else log(`Task failed: ${task.name}`, error)
    } catch (thrown) {
      keepCause(thrown, error)
      log('Error handler failed:', thrown)
    }
    this.reporting--
    this.settle()
  }

  private get isBusy(): boolean {
    return this.held.size > 0 || this.reporting > 0
  }

  private run(list: HeldTasks): void {
    this.running++
    list.isRunning = true
    list.runHeld()
  }

  /** Starts the one that has waited longest. */
  private readonly startNext: Due = {
    due: () => {
      for (const list of this.queue) {
        if (this.running >= this.concurrency) return
        this.queue.delete(list)
        this.run(list)
        return
      }
    },
  }

  private settle(): void {
    if (this.isBusy || !this.whenIdle) return
    this.whenIdle.resolve()
    this.whenIdle = undefined
  }

  private abandon(reason: BackgroundAbortedError): Omit<DrainReport, 'finished'> {
    const aborted: BackgroundTask[] = []
    const neverStarted: BackgroundTask[] = []
    if (this.held.size > 0) this.aborting.abort(reason)
    for (const list of this.held) {
      const { running, waiting } = list.unfinished
      if (running) aborted.push(running)
      for (const task of waiting) neverStarted.push(task)
      list.abandon(reason)
      if (list.isRunning) this.running--
      list.isRunning = false
      this.letGo(list)
    }
    return { aborted, neverStarted }
  }
}

/** The failure that an error handler was told of must not vanish behind the handler's own. */
function keepCause(thrown: unknown, cause: unknown): void {
  try {
    if (thrown instanceof Error) thrown.cause ??= cause
  } catch {
    // Frozen, or a getter: what was thrown is logged as it is.
  }
}

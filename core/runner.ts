/**
 * Holds lists of tasks until they have run: so many, none lost, and what is left at the end is named.
 * `app.decorator.background` is one of these; it works without Elysia too.
 *
 * @example
 * const runner = new BackgroundRunner({ concurrency: 10 })
 * runner.addTask(resize, 'cat.png')
 * await runner.idle()
 */
import type { AnyElysia } from 'elysia'

import {
  BackgroundAbortedError,
  BackgroundRefusedError,
  type BackgroundTaskError,
  log,
  tellHandler,
} from './errors'
import {
  requireFunction,
  requireLimit,
  requireMilliseconds,
  requireOneOf,
  requireOptions,
  settledWithin,
} from './options'
import type { BackgroundTask } from './task'
import { BackgroundTasks, type ListRunner } from './tasks'
import { Turns } from './turns'

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

export const runnerOptionNames = ['onError', 'onFailure', 'concurrency', 'capacity'] as const

/** What became of the tasks that a drain found. */
export type DrainReport = {
  finished: BackgroundTask[]
  aborted: BackgroundTask[]
  neverStarted: BackgroundTask[]
}

/** The runner of an app that uses `background()`. */
export function runnerOf(app: AnyElysia): BackgroundRunner {
  const runner: unknown = app.decorator.background
  if (runner instanceof BackgroundRunner) return runner
  throw new TypeError(
    'This app has no background runner: add .use(background()), and leave the name "background" to it.',
  )
}

/** Throws a TypeError for options that make no sense; its addTask() throws a BackgroundRefusedError past `capacity`. */
export class BackgroundRunner implements ListRunner {
  /** How long `app.stop()` waits for tasks, in milliseconds. */
  deadline = Infinity
  readonly onFailure: 'halt' | 'continue'
  readonly capacity: number
  private readonly onError: NonNullable<RunnerOptions['onError']>
  protected readonly held: BackgroundTasks[] = []
  protected readonly turns: Turns
  private readonly drains = new Set<BackgroundTask[]>()
  /** Failures of which onError has been told, until it settles. */
  private readonly reports = new Set<object>()
  private refuses = false
  /** How often it was resumed: a drain of before then gives nothing up. */
  private resumed = 0
  private aborting = new AbortController()
  private whenIdle: PromiseWithResolvers<void> | undefined = undefined

  constructor(options: RunnerOptions = {}) {
    requireOptions('new BackgroundRunner()', options, runnerOptionNames)
    const { onError, onFailure = 'halt', concurrency = 1_000, capacity = 100_000 } = options
    requireFunction('onError', onError)
    requireOneOf('onFailure', onFailure, ['halt', 'continue'])
    requireLimit('concurrency', concurrency)
    requireLimit('capacity', capacity)
    this.onError = onError ?? logFailure
    this.onFailure = onFailure
    this.capacity = capacity
    this.turns = new Turns(concurrency, (list) => this.letGo(list as BackgroundTasks))
  }

  /** How many tasks have been added and have not ended. */
  get pending(): number {
    return this.held.reduce((pending, list) => pending + list.pending, 0)
  }

  /** Aborted when a drain gives up. A long task can look at it, or hand it to fetch. */
  get signal(): AbortSignal {
    return this.aborting.signal
  }

  /** Runs what belongs to no response, soon: a function with its arguments, a task, or a list. */
  readonly addTask: BackgroundTasks['addTask'] = (...task: unknown[]) =>
    new BackgroundTasks(undefined, this).addTask(...(task as [never])) as never

  /** Resolves when nothing is left to run or to report. */
  async idle(): Promise<void> {
    while (this.isBusy) await (this.whenIdle ??= Promise.withResolvers<void>()).promise
  }

  /**
   * Takes no new list from now on, waits until all is done or `milliseconds` have passed, then aborts what is left.
   * What a held list still adds to itself is taken. A task that awaits this, or idle(), waits for itself.
   */
  async drain(milliseconds = Infinity): Promise<DrainReport> {
    requireMilliseconds('drain()', milliseconds)
    this.refuses = true
    const finished: BackgroundTask[] = []
    this.drains.add(finished)
    const { resumed } = this
    await settledWithin(this.idle(), milliseconds)
    this.drains.delete(finished)
    if (resumed !== this.resumed) return { finished, aborted: [], neverStarted: [] }
    return { finished, ...this.giveUp(new BackgroundAbortedError(milliseconds)) }
  }

  /** Takes lists again, after a drain or in the middle of one, which is over then. */
  resume(): void {
    this.resumed++
    this.refuses = false
    if (this.aborting.signal.aborted) this.aborting = new AbortController()
  }

  // What follows is for the lists.

  hold(list: BackgroundTasks): void {
    if (this.refuses) throw new BackgroundRefusedError('draining', this.capacity)
    if (this.held.length >= this.capacity) throw new BackgroundRefusedError('full', this.capacity)
    list.place = this.held.push(list) - 1
    if (list.state === 'given up') this.turns.takeBack(list)
    else list.state = 'held'
  }

  ready(list: BackgroundTasks): void {
    // Given up meanwhile, it is neither.
    if (list.state === 'held' || list.state === 'sending') this.turns.add(list)
  }

  ended(task: BackgroundTask): void {
    if (this.drains.size > 0) for (const finished of this.drains) finished.push(task)
  }

  /** Tells onError, or the log. Never throws. */
  report({ error, task }: BackgroundTaskError<BackgroundTask>): void {
    const report = {}
    this.reports.add(report)
    void task.inContext(tellHandler, this.onError, { error, task }).then(() => {
      this.reports.delete(report)
      this.settle()
    })
  }

  private letGo(list: BackgroundTasks): void {
    const last = this.held.pop()!
    if (last !== list) {
      this.held[list.place] = last
      last.place = list.place
    }
    this.settle()
  }

  private giveUp(reason: BackgroundAbortedError): Omit<DrainReport, 'finished'> {
    const left = { aborted: [] as BackgroundTask[], neverStarted: [] as BackgroundTask[] }
    if (this.held.length > 0) this.aborting.abort(reason)
    for (const list of this.held.splice(0)) {
      const { running, waiting } = list.giveUp(reason)
      this.turns.giveUp(list, running ? 'given up' : 'free')
      if (running) left.aborted.push(running)
      left.neverStarted.push(...waiting)
    }
    // An error handler that never settles holds up nobody who comes later.
    this.reports.clear()
    this.settle()
    for (const tasks of Object.values(left)) tasks.sort((one, other) => one.id - other.id)
    return left
  }

  private get isBusy(): boolean {
    return this.held.length > 0 || this.reports.size > 0
  }

  private settle(): void {
    if (!this.whenIdle || this.isBusy) return
    this.whenIdle.resolve()
    this.whenIdle = undefined
  }
}

function logFailure({ error, task }: { error: unknown; task: BackgroundTask }): void {
  log(`Task failed: ${task.name}`, error)
}

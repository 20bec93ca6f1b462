/**
 * A list of tasks runs in order and halts at the first failure; and a list of tasks can stand where a task can.
 * Starlette's `BackgroundTasks`, for functions that are plain or async.
 *
 * @example
 * const tasks = new BackgroundTasks()
 * tasks.addTask(sendWelcomeEmail, 'ada@example.org')
 * tasks.addTask(notifyAdmin, 'ada') // not at all if the first fails
 * await tasks.run()
 */
import { BackgroundTaskError, isDevelopment, log, warnOfBlocking } from './errors'
import { BackgroundTask, type IBackgroundTask, isPending, type TaskFunction } from './task'
import { publishTask, type TracedRequest } from './trace'
import type { ListState, Runnable, Work } from './turns'

/** What a list needs of the runner that it belongs to. */
export type ListRunner = {
  readonly onFailure: 'halt' | 'continue'
  /** Counts the list from now on, or throws because there is no room. */
  hold(list: BackgroundTasks): void
  /** Runs the list when it is its turn. */
  ready(list: BackgroundTasks): void
  ended(task: BackgroundTask): void
  report(failure: BackgroundTaskError<BackgroundTask>): void
}

/** Most lists stay empty, and need no array of their own. */
const none: BackgroundTask[] = []

/** Tasks that run one after another. */
export class BackgroundTasks implements IBackgroundTask, Runnable {
  /** Changed by the runner, and where a response is waited for. */
  state: ListState = 'free'
  isInLine = false
  /** Its place among the lists that the runner holds. */
  place = 0
  private tasks = none
  private next = 0
  private current: BackgroundTask | undefined = undefined
  private firstFailure: BackgroundTaskError<BackgroundTask> | undefined = undefined
  private running: Promise<void> | undefined = undefined
  /** The list that has taken over the tasks of this one. */
  private parent: BackgroundTasks | undefined = undefined
  private resources: AsyncDisposableStack | undefined = undefined

  /** A list with a runner runs by itself; one without is run by its owner, or added to another list. */
  constructor(
    tasks?: Iterable<BackgroundTask | BackgroundTasks>,
    protected readonly runner?: ListRunner,
  ) {
    if (tasks) for (const task of tasks) this.addTask(task as BackgroundTask)
  }

  /** Adds a function with its arguments, a task, or all that is in another list and comes into it. */
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
    if (this.parent) return this.parent.addTask(first as TaskFunction<unknown[]>, ...args)
    if (typeof first === 'function') return this.append(new BackgroundTask(first, ...args).enlist())
    if (first instanceof BackgroundTasks) return this.takeOver(first)
    // What is none of them is refused by the constructor.
    if (!(first instanceof BackgroundTask)) return this.append(new BackgroundTask(first))
    this.join() // first: what is refused keeps its freedom
    return this.append(first.forList())
  }

  /** Keeps `resource` open for the tasks, and disposes of it after the last one, whatever has become of them. */
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    if (this.parent) return this.parent.use(resource)
    // First: whoever opened it has handed it over, taken or refused.
    const resources = (this.resources ??= new AsyncDisposableStack())
    resources.use(resource)
    try {
      this.join()
    } catch (refusal) {
      this.giveUp(refusal)
      throw refusal
    }
    return resource
  }

  /** How many have not ended. */
  get pending(): number {
    return this.tasks.length - this.next + (this.current ? 1 : 0)
  }

  /** Runs what is in the list, and what is added meanwhile. Skips the rest at the first failure and rejects with it. */
  run(): Promise<void> {
    if (this.runner)
      throw new TypeError('This list runs by itself after the response. Do not call its run().')
    return (this.running ??= this.runToTheEnd().finally(() => (this.running = undefined)))
  }

  // What follows is for the runner.

  /**
   * Runs tasks until one has to be waited for (that is returned), until `deadline` on the clock of performance.now() has
   * passed ('later'), or until nothing is left ('done'). Most tasks need no waiting.
   */
  advance(deadline: number): Work {
    while (this.hasNext) {
      const task = this.take()
      const began = isDevelopment ? performance.now() : 0
      try {
        const result = task.start()
        if (isPending(result)) return result
        this.end()
      } catch (thrown) {
        this.end({ thrown })
      } finally {
        if (isDevelopment) warnOfBlocking(task, performance.now() - began)
      }
      // The clock costs as much as a task, and whoever runs a list by hand has no deadline.
      if (deadline !== Infinity && this.hasNext && performance.now() >= deadline) return 'later'
    }
    return 'done'
  }

  /** Whether there is anything to run, or to dispose of. */
  get hasNext(): boolean {
    return this.next < this.tasks.length || this.resources !== undefined
  }

  /** The task that runs has ended. */
  end(failed?: { thrown: unknown }): void {
    const { runner } = this
    const task = this.current!
    this.current = undefined
    if (failed) {
      const failure = new BackgroundTaskError(failed.thrown, task)
      task.fail(failed.thrown)
      if (runner?.onFailure !== 'continue') this.skip()
      if (runner) runner.report(failure)
      else this.firstFailure ??= failure
    } else task.succeed()
    runner?.ended(task)
    if (this.state === 'given up') this.dispose()
  }

  /** Gives up what runs (nobody waits for it any more) and what has not started, and returns it. */
  giveUp(reason: unknown): { running: BackgroundTask | undefined; waiting: BackgroundTask[] } {
    const { current } = this
    current?.fail(reason)
    if (!current) this.dispose() // else when it ends: it uses them
    return { running: current, waiting: this.skip() }
  }

  /** Gives up what has not started, and returns it. */
  skip(): BackgroundTask[] {
    const skipped = this.clear()
    for (const task of skipped) task.skip()
    return skipped
  }

  // What follows is its own, and where a response is waited for.

  /** Counted by its runner from now on, it waits for its turn. */
  protected join(): void {
    const { runner, state } = this
    if (!runner || (state !== 'free' && state !== 'given up')) return
    runner.hold(this)
    if (this.state === 'held') this.whenHeld(runner)
  }

  protected whenHeld(runner: ListRunner): void {
    runner.ready(this)
  }

  /** The request that this list belongs to, while somebody listens. */
  protected get request(): TracedRequest | undefined {
    return undefined
  }

  protected append(task: BackgroundTask): BackgroundTask {
    this.join()
    if (this.tasks === none) this.tasks = [task]
    else this.tasks.push(task)
    publishTask(task, this.request)
    return task
  }

  private takeOver(list: BackgroundTasks): BackgroundTasks {
    if (list === this) throw new TypeError('A list of tasks cannot stand in itself.')
    if (list.parent || list.runner || list.running)
      throw new TypeError(
        'This list of tasks has a place already. Make one with new BackgroundTasks() for each place.',
      )
    this.join() // first: what is refused keeps its freedom
    list.parent = this
    if (list.resources) this.use(list.resources)
    list.resources = undefined
    for (const task of list.clear()) this.append(task)
    return list
  }

  private dispose(): void {
    const { resources } = this
    this.resources = undefined
    void resources?.disposeAsync().catch((error: unknown) => log('Disposal failed:', error))
  }

  /** Empties the list and returns what was in it. */
  private clear(): BackgroundTask[] {
    const tasks = this.next === 0 ? this.tasks : this.tasks.slice(this.next)
    this.tasks = none
    this.next = 0
    return tasks
  }

  /** The next task; after the last one what disposes of the resources, once. */
  private take(): BackgroundTask {
    const { resources } = this
    let task = this.tasks[this.next]
    if (task) this.next++
    else {
      this.resources = undefined
      task = new BackgroundTask(function dispose() {
        return resources?.disposeAsync()
      })
    }
    // Seldom: to move all the others forward takes longer than a task, and shift() as long. Not never: a list may live on.
    if (this.next === this.tasks.length) {
      this.tasks = none
      this.next = 0
    } else if (this.next > 1_000 && this.next * 2 > this.tasks.length) this.tasks = this.clear()
    return (this.current = task)
  }

  private async runToTheEnd(): Promise<void> {
    for (let work = this.advance(Infinity); work !== 'done'; work = this.advance(Infinity)) {
      try {
        await work
        this.end()
      } catch (thrown) {
        this.end({ thrown })
      }
    }
    const { firstFailure } = this
    this.firstFailure = undefined
    if (firstFailure) throw firstFailure
  }
}

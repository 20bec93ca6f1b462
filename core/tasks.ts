/**
 * A task is a function with its arguments; a list of tasks runs in order and halts at the first failure; and
 * a list of tasks is a task. Starlette's `background.py`, with a status that can be seen.
 *
 * @example
 * const tasks = new BackgroundTasks()
 * tasks.addTask(sendWelcomeEmail, 'ada@example.org')
 * tasks.addTask(notifyAdmin, 'ada') // not at all if the first fails
 * await tasks.run()
 */
import type { BackgroundTaskError } from './errors'
import { BackgroundTask, type IBackgroundTask, type TaskFunction } from './task'
import { publish } from './trace'

/** Every list begins with this one: most requests add no task and should not pay for an array. */
const none: BackgroundTask[] = []

/** Tasks that run one after another. */
export class BackgroundTasks implements IBackgroundTask {
  private tasks = none
  private next = 0
  private current: BackgroundTask | undefined = undefined
  /** The list that this one was added to, and whether that one has run it. */
  private parent: BackgroundTasks | undefined = undefined
  private hasRun = false
  private resources: AsyncDisposableStack | undefined = undefined

  constructor(tasks?: Iterable<BackgroundTask | BackgroundTasks>) {
    if (tasks) for (const task of tasks) this.addTask(task)
  }

  /** Adds a function with its arguments, a task, or a whole list of tasks. */
  addTask<Arguments extends unknown[]>(
    func: TaskFunction<Arguments>,
    ...args: Arguments
  ): BackgroundTask<Arguments>
  addTask(task: BackgroundTask | BackgroundTasks): BackgroundTask
  addTask(
    first: TaskFunction<unknown[]> | BackgroundTask | BackgroundTasks,
    ...args: unknown[]
  ): BackgroundTask {
    // Nobody comes back to a list within a list: what is late goes to the list around it.
    if (this.hasRun && this.parent) return this.parent.addTask(toTask(first, args))
    const task = toTask(first, args)
    if (task instanceof ListTask) task.list.parent = this
    return this.append(task)
  }

  /** Keeps `resource` open for the tasks, and disposes of it after the last one, whatever has become of them. */
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    this.resources ??= new AsyncDisposableStack()
    this.resources.use(resource)
    return resource
  }

  /** Whether a run would do anything. */
  get isEmpty(): boolean {
    return this.pending === 0 && this.resources === undefined
  }

  /** How many have not ended. */
  get pending(): number {
    return this.tasks.length - this.next + (this.current ? 1 : 0)
  }

  /** What runs now, and what has not started. */
  get unfinished(): { running: BackgroundTask | undefined; waiting: BackgroundTask[] } {
    return { running: this.current, waiting: this.tasks.slice(this.next) }
  }

  /** Runs what is in the list, and what is added meanwhile. Skips the rest at the first failure and rejects with it. */
  async run(): Promise<void> {
    let firstFailure: BackgroundTaskError | undefined
    for (let task = this.take(); task; task = this.take()) {
      this.current = task
      try {
        const result = task.start()
        if (isThenable(result)) await result
        task.succeed()
      } catch (thrown) {
        const failure = task.fail(thrown)
        firstFailure ??= failure
        this.failed(failure)
      }
      this.current = undefined
      this.ended(task)
    }
    this.hasRun = true
    this.finished(firstFailure)
  }

  /** Gives up what runs (nobody waits for it any more) and what has not started. */
  abandon(reason: unknown): void {
    this.current?.fail(reason)
    this.skip()
  }

  /** Gives up what has not started. */
  skip(): void {
    for (const task of this.unfinished.waiting) task.skip()
    this.tasks = none
    this.next = 0
  }

  protected append(task: BackgroundTask): BackgroundTask {
    if (this.tasks === none) this.tasks = [task]
    else this.tasks.push(task)
    publish(task)
    return task
  }

  protected ended(_task: BackgroundTask): void {}

  protected failed(_failure: BackgroundTaskError): void {
    this.skip()
  }

  /** Called last in a run. What it throws, run() rejects with. */
  protected finished(firstFailure: BackgroundTaskError | undefined): void {
    if (firstFailure) throw firstFailure
  }

  private take(): BackgroundTask | undefined {
    const task = this.tasks[this.next++]
    if (this.next >= this.tasks.length) {
      // A task that keeps adding the next one must not grow the list for ever.
      this.tasks = none
      this.next = 0
    }
    if (task || !this.resources) return task
    const resources = this.resources
    this.resources = undefined
    const dispose = () => resources.disposeAsync()
    return new BackgroundTask(dispose)
  }
}

/** A list in the place of a task. */
class ListTask extends BackgroundTask<[]> {
  constructor(readonly list: BackgroundTasks) {
    super(() => list.run())
  }

  override get name(): string {
    return this.list.constructor.name
  }

  override fail(thrown: unknown): BackgroundTaskError {
    const failure = super.fail(thrown)
    this.list.abandon(failure)
    return failure
  }

  override skip(): void {
    super.skip()
    this.list.skip()
  }
}

/** What addTask takes, as a task. */
export function toTask(
  first: TaskFunction<unknown[]> | BackgroundTask | BackgroundTasks,
  args: unknown[],
): BackgroundTask {
  if (first instanceof BackgroundTasks) return new ListTask(first)
  if (!(first instanceof BackgroundTask)) return new BackgroundTask(first, ...args)
  // A task object that has run is a recipe for another.
  return first.status === 'waiting' ? first : new BackgroundTask(first.func, ...first.args)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

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
import type { BackgroundTaskError } from './errors'
import { log } from './log'
import { BackgroundTask, type IBackgroundTask, type TaskFunction } from './task'
import { publish } from './trace'

/** Every list begins with this one: most requests add no task and should not pay for an array. */
const none: BackgroundTask[] = []

/** So many tasks that have ended are kept at the front of a list before it is shortened. */
const mostEnded = 1_000

/** Tasks that run one after another. */
export class BackgroundTasks implements IBackgroundTask {
  private tasks = none
  private next = 0
  private current: BackgroundTask | undefined = undefined
  /** The list that has taken over the tasks of this one. */
  private parent: BackgroundTasks | undefined = undefined
  private resources: AsyncDisposableStack | undefined = undefined
  private disposal: BackgroundTask | undefined = undefined

  constructor(tasks?: Iterable<BackgroundTask | BackgroundTasks>) {
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
    if (typeof first === 'function') return this.append(new BackgroundTask(first, ...args))
    if (first instanceof BackgroundTasks) return this.takeOver(first)
    // What is neither is refused by the constructor.
    return this.append(first instanceof BackgroundTask ? first.attach() : new BackgroundTask(first))
  }

  /** Keeps `resource` open for the tasks, and disposes of it after the last one, whatever has become of them. */
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    if (this.parent) return this.parent.use(resource)
    const resources = (this.resources ??= new AsyncDisposableStack())
    const dispose = () => resources.disposeAsync()
    this.disposal ??= new BackgroundTask(dispose)
    resources.use(resource)
    return resource
  }

  /** Whether a run would do anything. */
  get isEmpty(): boolean {
    return this.tasks === none && this.current === undefined && this.disposal === undefined
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
      try {
        const result = task.start()
        if (result instanceof Promise || isThenable(result)) await result
        task.succeed()
      } catch (thrown) {
        const failure = task.fail(thrown)
        firstFailure ??= failure
        this.failed(failure)
      }
      this.current = undefined
      this.ended(task)
    }
    this.finished(firstFailure)
  }

  /** Gives up what runs (nobody waits for it any more) and what has not started. */
  abandon(reason: unknown): void {
    const { current, resources } = this
    current?.fail(reason)
    this.skip()
    if (current || !resources) return // what runs is followed by the disposal
    this.resources = undefined
    this.disposal = undefined
    void resources.disposeAsync().catch((error: unknown) => log('Disposal failed:', error))
  }

  /** Gives up what has not started. */
  skip(): void {
    for (const task of this.clear()) task.skip()
  }

  protected append(task: BackgroundTask): BackgroundTask {
    if (this.parent) return this.parent.append(task)
    if (this.tasks === none) this.tasks = [task]
    else this.tasks.push(task)
    publish(task)
    return task
  }

  protected takeOver(list: BackgroundTasks): BackgroundTasks {
    if (this.parent) return this.parent.takeOver(list)
    if (list === this) throw new TypeError('A list of tasks cannot stand in itself.')
    if (list.parent || !list.canMove) {
      throw new TypeError(
        'This list of tasks has a place already. Make one with new BackgroundTasks() for each place.',
      )
    }
    list.parent = this
    if (list.resources) this.use(list.resources)
    for (const task of list.clear()) this.append(task)
    return list
  }

  /** Whether this list may become part of another. */
  protected get canMove(): boolean {
    return true
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
    if (this.tasks === none) {
      this.current = this.disposal
      this.disposal = undefined
      this.resources = undefined
      return this.current
    }
    this.current = this.tasks[this.next++]
    if (this.next === this.tasks.length) this.clear()
    else if (this.next > mostEnded && this.next * 2 > this.tasks.length) this.tasks = this.clear()
    return this.current
  }

  /** Empties the list; returns what had not started. */
  private clear(): BackgroundTask[] {
    const waiting = this.tasks.slice(this.next)
    this.tasks = none
    this.next = 0
    return waiting
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

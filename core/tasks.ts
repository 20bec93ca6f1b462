import { log } from './errors'
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
import { TaskLine } from './line'
import {
  BackgroundTask,
  type BackgroundTaskError,
  type IBackgroundTask,
  isPending,
  type TaskFunction,
} from './task'
import { publish } from './trace'

/** Tasks that run one after another. */
export class BackgroundTasks extends TaskLine implements IBackgroundTask {
  private current: BackgroundTask | undefined = undefined
  private running: Promise<void> | undefined = undefined
  private firstFailure: BackgroundTaskError | undefined = undefined
  /** The list that has taken over the tasks of this one. */
  private parent: BackgroundTasks | undefined = undefined
  private resources: AsyncDisposableStack | undefined = undefined
  private disposal: BackgroundTask | undefined = undefined

  constructor(tasks?: Iterable<BackgroundTask | BackgroundTasks>) {
    super()
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
    return this.append(
      first instanceof BackgroundTask ? first.forList() : new BackgroundTask(first),
    )
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
    return this.length === 0 && this.current === undefined && this.disposal === undefined
  }

  /** How many have not ended. */
  get pending(): number {
    return this.length + (this.current ? 1 : 0)
  }

  /** What runs now, and what has not started. */
  get unfinished(): { running: BackgroundTask | undefined; waiting: BackgroundTask[] } {
    return { running: this.current, waiting: this.waiting }
  }

  /** Runs what is in the list, and what is added meanwhile. Skips the rest at the first failure and rejects with it. */
  run(): Promise<void> {
    this.running ??= Promise.try(() => this.runAll()).finally(() => {
      this.running = undefined
    })
    return this.running
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
    this.push(task)
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

  /** Runs all of it; returns a promise only if there is something to wait for. */
  protected runAll(): Promise<void> | undefined {
    const pending = this.runUntilPending()
    if (pending) return this.runOn(pending)
    this.finished()
    return undefined
  }

  protected ended(_task: BackgroundTask): void {}

  protected failed(failure: BackgroundTaskError): void {
    this.firstFailure ??= failure
    this.skip()
  }

  /** Called last in a run. What it throws, run() rejects with. */
  protected finished(): void {
    const { firstFailure } = this
    this.firstFailure = undefined
    if (firstFailure) throw firstFailure
  }

  private async runOn(pending: PromiseLike<unknown>): Promise<void> {
    for (
      let next: PromiseLike<unknown> | undefined = pending;
      next;
      next = this.runUntilPending()
    ) {
      const task = this.current!
      try {
        await next
        task.succeed()
      } catch (thrown) {
        this.failed(task.fail(thrown))
      }
      this.end(task)
    }
    this.finished()
  }

  /** Runs tasks up to one that has to be waited for, and returns what that one returned. Most need no waiting. */
  private runUntilPending(): PromiseLike<unknown> | undefined {
    for (let task = this.take(); task; task = this.take()) {
      try {
        const result = task.start()
        if (isPending(result)) return result
        task.succeed()
      } catch (thrown) {
        this.failed(task.fail(thrown))
      }
      this.end(task)
    }
    return undefined
  }

  private end(task: BackgroundTask): void {
    this.current = undefined
    this.ended(task)
  }

  private take(): BackgroundTask | undefined {
    this.current = this.shift() ?? this.takeDisposal()
    return this.current
  }

  /** What comes after the last task, once. */
  private takeDisposal(): BackgroundTask | undefined {
    const { disposal } = this
    if (!disposal) return undefined
    this.disposal = undefined
    this.resources = undefined
    return disposal
  }
}

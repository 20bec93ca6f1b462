/**
 * A task: a function, its arguments, and what has become of it. Starlette's `BackgroundTask`, with a status.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

import { isWatching, watched } from './blocking'
import { BackgroundError } from './errors'
import { publish, type TaskStatus } from './trace'

/** Any function. Spelled as a method: a list holds tasks of every parameter type, and only methods allow that. */
export type TaskFunction<Arguments extends unknown[]> = {
  call(this: void, ...args: Arguments): unknown
}['call']

/** What can be run later. */
export interface IBackgroundTask {
  run(): Promise<void>
}

/** A task threw `error`. */
export class BackgroundTaskError extends BackgroundError {
  override name = 'BackgroundTaskError'

  constructor(
    readonly error: unknown,
    readonly task: BackgroundTask,
  ) {
    super(`Background task failed: ${task.name}`, { cause: error })
  }
}

let lastId = 0

/** Most tasks have none, and an array of their own would be a third of what such a task takes. */
const noArguments: readonly unknown[] = Object.freeze([])

/** A function, its arguments, and what has become of it. */
export class BackgroundTask<Arguments extends unknown[] = unknown[]> implements IBackgroundTask {
  readonly id = ++lastId
  readonly func: TaskFunction<Arguments>
  readonly args: Arguments
  status: TaskStatus = 'waiting'
  /** What the function threw, when `status` is `failed`. */
  error: unknown = undefined
  /** Calls a function with AsyncLocalStorage as it was at addTask. */
  inContext = AsyncLocalStorage.snapshot()
  #after: BackgroundTask | null | undefined = undefined

  constructor(func: TaskFunction<Arguments>, ...args: Arguments) {
    if (typeof func !== 'function') {
      const got = func === null ? 'null' : typeof func
      throw new TypeError(
        `A task is a function and its arguments, got ${got}. Write addTask(fn, 1, 2), not addTask(fn(1, 2)).`,
      )
    }
    this.func = func
    this.args = args.length === 0 ? (noArguments as unknown[] as Arguments) : args
  }

  /** Kept by its list: the task behind it, null where there is none, undefined in a task that was in no list yet. */
  get after(): BackgroundTask | null | undefined {
    return this.#after
  }

  set after(task: BackgroundTask | null) {
    this.#after = task
  }

  get name(): string {
    try {
      const name: unknown = this.func.name
      return typeof name === 'string' && name !== '' ? name : 'anonymous'
    } catch {
      return 'anonymous' // a proxy may throw
    }
  }

  get isAsync(): boolean {
    return this.func.constructor.name === 'AsyncFunction'
  }

  /** This task, for a list. One that was in a list before is a recipe for another. */
  forList(): BackgroundTask<Arguments> {
    if (this.#after !== undefined || this.status !== 'waiting')
      return new BackgroundTask(this.func, ...this.args)
    this.inContext = AsyncLocalStorage.snapshot()
    return this
  }

  /** Calls the function. Rejects with a BackgroundTaskError if it throws. */
  async run(): Promise<void> {
    try {
      await this.start()
    } catch (error) {
      throw this.fail(error)
    }
    this.succeed()
  }

  /** Calls the function and returns what it returns, promise or not; succeed() or fail() is the caller's to say. */
  start(): unknown {
    this.become('running')
    return isWatching ? watched(this, () => this.call()) : this.call()
  }

  succeed(): void {
    if (this.status === 'running') this.become('succeeded')
  }

  fail(thrown: unknown): BackgroundTaskError {
    const failure = new BackgroundTaskError(thrown, this)
    if (this.status === 'running') {
      this.error = failure.error
      this.become('failed')
    }
    return failure
  }

  skip(): void {
    if (this.status === 'waiting') this.become('skipped')
  }

  private call(): unknown {
    const { args } = this
    const func: TaskFunction<never> = this.func
    // To spread the arguments would cost more than all the rest of a call.
    const result =
      args.length === 0
        ? this.inContext<unknown, never[]>(func)
        : this.inContext(Reflect.apply, func, undefined, args)
    if (typeof result === 'object' && result !== null && isGenerator(result)) {
      throw new TypeError(
        `${this.name} is a generator function: calling it runs nothing of it. Use an async function.`,
      )
    }
    return result
  }

  private become(status: TaskStatus): void {
    this.status = status
    publish(this)
  }
}

function isGenerator(result: object): boolean {
  return !(result instanceof Promise) && 'next' in result && typeof result.next === 'function'
}

/** Whether what a function has returned is to be waited for. That of an async function without an await is not. */
export function isPending(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return Bun.peek.status(value) !== 'fulfilled'
  return isThenable(value)
}

/** Whether a value is a promise, of whatever make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

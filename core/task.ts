/**
 * A task: a function, its arguments, and what has become of it. Starlette's `BackgroundTask`, with a status.
 * Every change of the status is an event: `trace.ts` says how to listen.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

import { publishTask, type TaskStatus, type TracedTask } from './trace'

/** Any function. Spelled as a method: a list holds tasks of every parameter type, and only methods allow that. */
export type TaskFunction<Arguments extends unknown[]> = {
  call(this: void, ...args: Arguments): unknown
}['call']

/** What can be run later. */
export interface IBackgroundTask {
  run(): Promise<void>
}

/** On a function that only hands its call to somebody who starts it later: a pool of workers. */
export const startsLater = Symbol('startsLater')

/** The task whose function is being called, if that starts later. Its `defer()` returns what to call at the start. */
export const starting: { task: { defer(): () => void } | undefined } = { task: undefined }

let lastId = 0

/** Most tasks have none, and an array of their own would be a third of what such a task takes. */
const noArguments: readonly unknown[] = Object.freeze([])

/** A function, its arguments, and what has become of it. */
export class BackgroundTask<Arguments extends unknown[] = unknown[]>
  implements IBackgroundTask, TracedTask
{
  readonly id = ++lastId
  readonly func: TaskFunction<Arguments>
  readonly args: Arguments
  status: TaskStatus = 'waiting'
  /** What the function threw, when `status` is `failed`. Not there before: most tasks never need the room. */
  declare error: unknown
  /** Calls a function with AsyncLocalStorage as it was at addTask. */
  inContext = AsyncLocalStorage.snapshot()
  #isListed = false

  constructor(func: TaskFunction<Arguments>, ...args: Arguments) {
    if (typeof func !== 'function') {
      throw new TypeError(
        `A task is a function and its arguments, got ${nameOf(func)}. Write addTask(fn, 1, 2), not addTask(fn(1, 2)).`,
      )
    }
    this.func = func
    this.args = args.length === 0 ? (noArguments as unknown[] as Arguments) : args
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

  /** Calls the function, and rejects with what it throws. A task that stands in a list is run by its list. */
  async run(): Promise<void> {
    if (this.#isListed)
      throw new TypeError(
        `${this.name} stands in a list, which runs it after the response. Do not call its run().`,
      )
    try {
      await this.start()
    } catch (error) {
      this.fail(error)
      throw error
    }
    this.succeed()
  }

  // What follows is for the list that it stands in.

  /** This task, for a list, which sees AsyncLocalStorage as it is now. One that was in a list before is a recipe. */
  forList(): BackgroundTask<Arguments> {
    if (this.#isListed || this.status !== 'waiting')
      return new BackgroundTask(this.func, ...this.args).enlist()
    this.inContext = AsyncLocalStorage.snapshot()
    return this.enlist()
  }

  enlist(): this {
    this.#isListed = true
    return this
  }

  /** Calls the function and returns what it returns, promise or not; succeed() or fail() is the list's to say. */
  start(): unknown {
    if (!(startsLater in this.func)) {
      this.become('running')
      return this.call()
    }
    const { task: outer } = starting
    const begin = () => {
      if (this.status === 'waiting') this.become('running')
    }
    let isDeferred = false
    starting.task = {
      defer() {
        isDeferred = true
        return begin
      },
    }
    try {
      return this.call()
    } finally {
      starting.task = outer
      if (!isDeferred) begin()
    }
  }

  succeed(): void {
    if (this.status === 'waiting') this.become('running') // it was deferred, and nobody said that it began
    if (this.status === 'running') this.become('succeeded')
  }

  fail(thrown: unknown): void {
    if (this.status !== 'running' && this.status !== 'waiting') return
    this.error = thrown
    this.become('failed')
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
    if (typeof result === 'object' && !(result instanceof Promise) && isGenerator(result)) {
      throw new TypeError(
        `${this.name} is a generator function: calling it runs nothing of it. Use an async function.`,
      )
    }
    return result
  }

  private become(status: TaskStatus): void {
    this.status = status
    publishTask(this)
  }
}

function isGenerator(result: object | null): boolean {
  return /^\[object (Async)?Generator\]$/.test(Object.prototype.toString.call(result))
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

/** What came in the place of a function. */
function nameOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise: the function was called already'
  return value === null ? 'null' : typeof value
}

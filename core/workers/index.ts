/**
 * The functions of a module, run on a pool of workers: same names, same parameters, each returns a promise. A function
 * that computes for a second then blocks nobody.
 *
 * @example
 * // worker.ts
 * import * as tasks from './tasks'
 * serve(tasks)
 *
 * // app.ts
 * import type * as tasks from './tasks'
 * const pool = workers<typeof tasks>(new URL('./worker.ts', import.meta.url))
 * backgroundTasks.addTask(pool.countPrimes, 1_000_000)
 *
 * The URL is all the naming there is, from source and in a binary. The command that builds the binary lists the worker
 * behind the main module: `bun build --compile main.ts images/worker.ts`. There `import.meta.url` has lost its folder:
 * where two workers have the same file name, write the folder too, `new URL('../images/worker.ts', import.meta.url)`.
 * A worker imports `serve` from the module of that name: the whole library would load Elysia into every worker.
 *
 * What flows through this room: a call comes in here, waits in a line (call.ts), is given to a worker (pool.ts), runs on
 * it (worker.ts here, serve.ts there) as a thread or a process (start.ts), and its answer or what it threw comes back
 * (messages.ts). ahead.ts is a faster line, and can be skipped.
 *
 * Piscina 5.3 does not find its worker in a compiled binary; poolifier-web-worker 0.5 cannot end a call that does not
 * yield; neither has processes, or types for each function.
 */
import { availableParallelism } from 'node:os'

import {
  requireCount,
  requireLimit,
  requireMilliseconds,
  requireOneOf,
  requireOptions,
} from '../options'
import { startsLater } from '../task'
import { AheadLine } from './ahead'
import { type CallOptions, Line } from './call'
import { WorkerPool } from './pool'
import { startProcess, startThread } from './start'
import type { Isolation, OnWorker } from './types'

export type WorkersOptions<Where extends Isolation = Isolation> = {
  /** How many workers at most; they start when they are needed. Default: the cores that are available. */
  size?: number
  /**
   * Milliseconds that a call may run, from when it is given to a worker. To wait for a worker does not count; but one
   * that is started for the call may take as long to load, and no longer. Past it, the worker of a call that runs is
   * ended, and one that still loads goes on to load, for the calls behind. Default: Infinity.
   */
  timeout?: number
  /** How many calls may wait for a worker; past it, they reject with a WorkerRefusedError. Default: 100,000. */
  capacity?: number
  /**
   * 'thread' (default): fast. 'process': a task that runs out of memory does not take the server with it.
   *
   * A thread that is ended, by a timeout or an abort, never closes the `fs.promises` files that its task had open; what
   * a process had open goes with it. A promise that a task forgets and that rejects ends a process of Bun's, the
   * server's too; a worker of either kind logs it and lives.
   */
  isolation?: Where
}

/** Names that a module of tasks cannot use for its functions, because they are the pool's. */
type ReservedName =
  keyof WorkersControl<never, never> | keyof typeof Object.prototype | 'then' | 'toJSON'

/** The functions of `Module`, and nothing else of it. */
export type WorkerFunctions<Module, Where extends Isolation = 'thread'> = {
  readonly [
    Name in keyof Module as Module[Name] extends (...args: never) => unknown ? Name : never
  ]: OnWorker<Module[Name], Where>
}

export type WorkersControl<Module, Where extends Isolation> = Disposable &
  AsyncDisposable & {
    /** How many calls wait or run. */
    readonly pending: number
    /** Resolves when no call waits or runs. */
    idle(): Promise<void>
    /** Takes no more calls, rejects those that wait, lets those that run finish. Resolves when the workers are gone. */
    close(): Promise<void>
    /** The same functions with a timeout or a signal of their own. */
    with(options: CallOptions): WorkerFunctions<Module, Where>
  }

/**
 * A pool. `using` closes it at once: calls that wait and calls that run reject with a WorkerRefusedError; `await using`
 * is close(). Idle workers do not keep the process alive.
 */
export type Workers<Module, Where extends Isolation = 'thread'> = WorkerFunctions<Module, Where> &
  WorkersControl<Module, Where>

/** A module none of whose functions has a name of the pool's. */
type Nameable<Module> = {
  [Name in keyof Module]: Name extends ReservedName ? never : unknown
}

/**
 * A pool that runs the functions of the module at `module`. Throws a TypeError for options that make no sense. A call
 * rejects with what the function threw; with a TypeError where its arguments or its result cannot be cloned; with a
 * WorkerError, a WorkerTimeoutError or a WorkerRefusedError; or with the reason of its `signal`.
 */
export function workers<Module extends Nameable<Module>>(
  module: URL,
  options?: WorkersOptions<'thread'>,
): Workers<Module>
export function workers<Module extends Nameable<Module>>(
  module: URL,
  options: WorkersOptions,
): Workers<Module, 'process'>
export function workers(module: URL, options: WorkersOptions = {}): unknown {
  requireOptions('workers()', options, ['size', 'timeout', 'capacity', 'isolation'])
  const { size = availableParallelism(), timeout = Infinity, capacity = 100_000 } = options
  const { isolation = 'thread' } = options
  if (!(module instanceof URL) || module.protocol !== 'file:')
    throw new TypeError(
      `workers() needs the URL of a file: new URL('./worker.ts', import.meta.url), got ${Bun.inspect(module)}.`,
    )
  requireCount('size', size)
  requireMilliseconds('timeout', timeout)
  requireLimit('capacity', capacity)
  requireOneOf('isolation', isolation, ['thread', 'process'])
  const [start, line] =
    isolation === 'thread' ? [startThread, new AheadLine()] : [startProcess, new Line()] // what was sent to a process cannot be taken back
  const pool = new WorkerPool({ module, size, timeout, capacity, start }, line)
  return functionsOf(
    pool,
    {},
    {
      get pending() {
        return pool.pending
      },
      idle: () => pool.idle(),
      close: () => pool.close(),
      with: (callOptions: CallOptions) => {
        requireOptions('with()', callOptions, ['timeout', 'signal'])
        const { timeout: ownTimeout = timeout, signal } = callOptions
        requireMilliseconds('timeout', ownTimeout)
        if (signal !== undefined && !(signal instanceof AbortSignal))
          throw new TypeError(`signal must be an AbortSignal, got ${Bun.inspect(signal)}.`)
        return functionsOf(pool, callOptions, {})
      },
      [Symbol.dispose]: () => pool.closeNow(),
      [Symbol.asyncDispose]: () => pool.close(),
    },
  )
}

/** An object that has a function of every name. It is not a promise, and every symbol it knows is in `control`. */
function functionsOf(pool: WorkerPool, options: CallOptions, control: object): unknown {
  // So that nobody takes it for a plain object, to be merged or walked through.
  Object.defineProperty(control, Symbol.toStringTag, { value: 'Workers' })
  return new Proxy(control, {
    get(target, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON' || name in target)
        return Reflect.get(target, name)
      const onWorker = { [name]: (...args: unknown[]) => pool.call(name, args, options) }[name]!
      Object.defineProperty(onWorker, startsLater, { value: true })
      Object.defineProperty(target, name, { value: onWorker })
      return onWorker
    },
  })
}

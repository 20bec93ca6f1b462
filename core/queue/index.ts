/**
 * The functions of a module, as jobs: a call stores one and resolves once it is stored. Any consumer may run it, and
 * it outlives this process.
 *
 * @example
 * import type * as tasks from './tasks'
 * const jobs = queue<typeof tasks>('images', { attempts: 3 })
 * await jobs.resize(id)
 * await jobs.with({ key: `order-${id}`, delay: 5_000 }).sendReceipt(id)
 *
 * What flows through this room: a call's arguments, checked (json), become a job with an id (control), which an engine
 * stores (bullmq, embedded) within the caller's patience. The engine's other half hands it to a consumer (consume),
 * which calls the function of that name (run). News of it comes back to those who wait (jobs). The engines are not
 * ours, and each is loaded when it is first used: BullMQ where there is a Redis, else bunqueue in a file.
 *
 * What the queue itself can do has names of its own, which the module leaves to it: the compiler says so.
 */
import { type ConsumeOptions, type Consumer, startConsumer } from './consume'
import { type CallOptions, QueueControl, type QueueOptions } from './control'
import type { Job } from './jobs'
import type { AsJson, FromJson } from './json'
import { engineAt } from './load'

export type { Consumer, ConsumeOptions } from './consume'
export type { EngineOptions, JobStatus, Json, KeepOptions } from './engine'
export {
  JobFailedError,
  JobTimeoutError,
  QueueClosedError,
  QueueFileInUseError,
  QueueUnavailableError,
  UnknownJobError,
} from './errors'
export type { CallOptions, DeadLetters, QueueControl, QueueOptions } from './control'
export type { Job } from './jobs'
export type { AsJson, FromJson, NotJson } from './json'
export { type CurrentJob, currentJob, type FailedJob } from './run'

/** A function that stores a job for `Func`. */
export type Enqueue<Func> = Func extends (...args: infer Arguments) => infer Result
  ? (
      ...args: { [Index in keyof Arguments]: AsJson<Arguments[Index]> }
    ) => Promise<Job<FromJson<Awaited<Result>>>>
  : never

/** The functions of `Tasks`, each of which stores a job and resolves with it. */
export type Enqueued<Tasks> = {
  readonly [Name in FunctionNames<Tasks>]: Enqueue<Tasks[Name]>
}

/** The functions of a module, and what the queue itself can do. `await using` closes it. */
export type Queue<Tasks> = Enqueued<Tasks> &
  QueueControl & {
    /** The same functions, with options for the jobs that they store. */
    with(options: CallOptions): Enqueued<Tasks>
  }

type FunctionNames<Tasks> = {
  [Name in keyof Tasks]: Tasks[Name] extends (...args: never) => unknown ? Name : never
}[keyof Tasks] &
  string

/** Names that a module leaves to the queue; a `then` would make a promise of it. */
type Reserved = keyof QueueControl | 'with' | 'then' | 'toJSON'

type RenameThese<Names> = { readonly 'functions with names that the queue needs': Names }

type NoClash<Tasks> = [FunctionNames<Tasks> & Reserved] extends [never]
  ? unknown
  : RenameThese<FunctionNames<Tasks> & Reserved>

/**
 * Makes a queue of a module's functions. Throws a TypeError for options that make no sense; opens the engine when it
 * is first needed. A call rejects with a TypeError for arguments that JSON would change, with a QueueUnavailableError
 * when its `patience` is over, and with a QueueFileInUseError where the file belongs to another process.
 */
export function queue<Tasks extends object>(
  name: string & NoClash<Tasks>,
  options: QueueOptions = {},
): Queue<Tasks> {
  const control = new QueueControl(name, options, engineAt)
  const withOptions = (call: CallOptions) => functions(control, call, {})
  return functions(control, {}, Object.assign(control, { with: withOptions })) as Queue<Tasks>
}

/** An object with a function for every name that `own` does not have. */
function functions(control: QueueControl, call: CallOptions, own: object): object {
  const options = QueueControl.resolve(control, call)
  const made = new Map<string | symbol, unknown>()
  return new Proxy(own, {
    get(target, name) {
      const known = made.get(name)
      if (known) return known
      // What every object has may be the name of a task.
      if (name in target && !(name in Object.prototype)) return Reflect.get(target, name)
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      const { [name]: func } = {
        [name]: (...args: unknown[]) => QueueControl.add(control, name, args, options),
      }
      made.set(name, func)
      return func
    },
  })
}

/**
 * Starts to run jobs: in this process, in another, on another machine. Nothing but the module says how. Resolves at
 * once where the broker is away: the consumer waits for it. Rejects with a TypeError for options that make no sense, and
 * where the file of the embedded engine cannot be had, as a call of a queue does.
 *
 * @example
 * import * as tasks from './tasks'
 * await using consumer = await consume('images', tasks, { concurrency: 10 })
 */
export function consume(
  name: string,
  tasks: object,
  options: ConsumeOptions = {},
): Promise<Consumer> {
  return startConsumer(name, tasks, options, engineAt)
}

/** Runs one job: finds its function, keeps its time, and brings what comes out of it into a form that engines take. */
import { AsyncLocalStorage } from 'node:async_hooks'

import { log } from '../errors'
import { longestTimer } from '../options'
import { argsOf, type Json, timeoutOf } from './engine'
import { isFinal, JobTimeoutError, UnknownJobError, UnreadableJobError } from './errors'
import { asJson } from './json'

/** What a function can know about the job that it runs as, without a parameter for it. */
export type CurrentJob = {
  readonly id: string
  readonly name: string
  /** 1 the first time. */
  readonly attempt: number
  readonly attempts: number
  /** Aborted when the job is past its timeout, or its consumer past the deadline of its close. */
  readonly signal: AbortSignal
  /** How much is done, from 0 to 1. */
  setProgress(progress: number): Promise<void>
}

const storage = new AsyncLocalStorage<CurrentJob>()

/**
 * The job that runs here, or undefined where a function was called like any other.
 *
 * @example
 * await currentJob()?.setProgress(0.5)
 */
export function currentJob(): CurrentJob | undefined {
  return storage.getStore()
}

/** A job in the hands of a consumer. */
export type Delivery = {
  readonly id: string
  readonly name: string
  /** What was stored under this name. Any program may have stored it. */
  readonly payload: unknown
  /** 1 the first time. */
  readonly attempt: number
  readonly attempts: number
  setProgress(progress: number): Promise<unknown>
}

export type Run = (delivery: Delivery) => Promise<Json | undefined>

/** A job whose attempt failed. It was the last one if `attempt` equals `attempts`. */
export type FailedJob = {
  readonly queue: string
  readonly id: string
  readonly name: string
  readonly args: readonly Json[]
  readonly attempt: number
  readonly attempts: number
}

export function logFailure({ error, job }: { error: unknown; job: FailedJob }): void {
  const { queue, id, name, attempt, attempts } = job
  log(`${queue}: ${name} (${id}) failed, attempt ${attempt} of ${attempts}:`, error)
}

export type RunContext = {
  readonly queue: string
  readonly tasks: object
  readonly onError: (failure: { error: unknown; job: FailedJob }) => unknown
  /** Of the jobs that run in this consumer. */
  readonly running: Set<AbortController>
}

/** Resolves with the result as JSON. Rejects with an Error, whatever was thrown. */
export async function runJob(context: RunContext, delivery: Delivery): Promise<Json | undefined> {
  const { queue, tasks, running } = context
  const args = argsOf(delivery.payload)
  const controller = new AbortController()
  running.add(controller)
  try {
    if (!args) throw new UnreadableJobError(queue, delivery.name)
    const func = functionFor(delivery.name, tasks, queue)
    const work = storage.run(currentOf(delivery, controller), () => asPromise(func(...args)))
    return resultOf(
      delivery,
      work instanceof Promise ? await inTime(delivery, controller, work) : work,
    )
  } catch (error) {
    const { id, name, attempt, attempts } = delivery
    report(context, error, { queue, id, name, attempt, attempts, args: args ?? [] })
    throw toError(error)
  } finally {
    running.delete(controller)
  }
}

function functionFor(
  name: string,
  tasks: object,
  queue: string,
): (...args: readonly Json[]) => unknown {
  // Own ones only: a job called "constructor" is not to find what every object has.
  const func: unknown = Object.hasOwn(tasks, name) ? Reflect.get(tasks, name) : undefined
  if (typeof func === 'function') return func as (...args: readonly Json[]) => unknown
  const functions = Object.entries(tasks).filter(([, value]) => typeof value === 'function')
  const known = functions.map(([key]) => key)
  throw new UnknownJobError(queue, name, known)
}

/** What can be awaited becomes a promise. Anything else stays what it is. */
function asPromise(value: unknown): unknown {
  const canBeAwaited =
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof Reflect.get(value, 'then') === 'function'
  return canBeAwaited ? Promise.resolve(value) : value
}

function currentOf(delivery: Delivery, { signal }: AbortController): CurrentJob {
  const { id, name, attempt, attempts } = delivery
  return {
    id,
    name,
    attempt,
    attempts,
    signal,
    async setProgress(progress) {
      if (!(progress >= 0 && progress <= 1))
        throw new TypeError(`progress must be from 0 to 1, got ${Bun.inspect(progress)}.`)
      await delivery.setProgress(progress)
    },
  }
}

/** What `work` brings, or a JobTimeoutError and an aborted signal when its time is over. */
async function inTime(
  { payload }: Delivery,
  controller: AbortController,
  work: Promise<unknown>,
): Promise<unknown> {
  const timeout = timeoutOf(payload)
  if (timeout === undefined || timeout > longestTimer) return work
  const { promise: end, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new JobTimeoutError(timeout)
    controller.abort(error)
    reject(error)
  }, timeout)
  try {
    return await Promise.race([work, end])
  } finally {
    clearTimeout(timer)
  }
}

/** The work is done: a result that cannot be stored is no reason to do it again. */
function resultOf({ name, id }: Delivery, result: unknown): Json | undefined {
  try {
    return asJson(result)
  } catch (error) {
    log(`The result of ${name} (${id}) is not JSON and was not stored.`, error)
    return undefined
  }
}

function report(context: RunContext, error: unknown, job: FailedJob): void {
  const onThrow = (thrown: unknown) => logFailure({ error: thrown, job })
  try {
    void Promise.resolve(context.onError({ error, job })).catch(onThrow)
  } catch (thrown) {
    onThrow(thrown)
  }
}

/** Engines read `message` and `stack`, and give some names and messages a meaning of their own. */
function toError(thrown: unknown): Error {
  try {
    if (isFinal(thrown)) return thrown
    if (!(thrown instanceof Error)) return new Error(`threw ${Bun.inspect(thrown)}`)
    const error = new Error(thrown.message || thrown.name, { cause: thrown })
    if (thrown.stack) error.stack = thrown.stack
    return error
  } catch {
    return new Error('threw something that cannot be printed')
  }
}

/** Runs one job: finds its function, keeps its time, and brings what comes out of it into a form that engines take. */
import { AsyncLocalStorage } from 'node:async_hooks'

import { log, tellHandler } from '../errors'
import { longestTimer } from '../options'
import { isThenable } from '../task'
import { isTraced, type JobEvent, publish } from '../trace'
import type { Attempt, Delivery, Json } from './engine'
import { isFinal, JobTimeoutError, UnknownJobError } from './errors'
import { asJson } from './json'
import { readPayload } from './stored'

/** What a function can know about the job that it runs as, without a parameter for it. */
export type CurrentJob = Attempt & {
  /** Aborted when the job is past its timeout, or its consumer past the deadline of its close. */
  readonly signal: AbortSignal
  /** How much is done, from 0 to 1. */
  setProgress(progress: number): Promise<void>
}

/** A job whose attempt failed. It was the last one if `attempt` equals `attempts`. */
export type FailedJob = Attempt & {
  readonly queue: string
  readonly args: readonly Json[]
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

export async function runJob(context: RunContext, delivery: Delivery): Promise<Json | undefined> {
  const { queue, tasks, running } = context
  const { payload, setPercent, endable, ...attempt } = delivery
  const { args, timeout } = readPayload(payload)
  const controller = new AbortController()
  const { signal } = controller
  running.add(controller)
  const tell = (status: JobEvent['status'], error?: unknown) => {
    if (isTraced())
      publish({ status, job: { ...attempt, queue }, ...(error !== undefined && { error }) })
  }
  tell('running')
  try {
    if (!args) throw new UnknownJobError(queue, attempt.name)
    const func = functionFor(attempt.name, tasks, queue)
    const setProgress = async (progress: number) => {
      if (!(progress >= 0 && progress <= 1))
        throw new TypeError(`progress must be from 0 to 1, got ${Bun.inspect(progress)}.`)
      await setPercent(progress * 100)
    }
    const work = storage.run({ ...attempt, signal, setProgress }, () => {
      const value = func(...args)
      // What can be awaited is, as this job: a builder of queries does nothing until then.
      return isThenable(value) ? Promise.resolve(value) : value
    })
    const result = work instanceof Promise ? await inTime(work, timeout, controller) : work
    tell('succeeded')
    return resultOf(delivery, result)
  } catch (error) {
    tell('failed', error)
    const job = { ...attempt, queue, args: args ?? [] }
    // In no hurry: what became of the job does not depend on it.
    void tellHandler(context.onError, { error, job })
    throw toError(error)
  } finally {
    await endable?.()
    running.delete(controller)
  }
}

type TaskFunction = (...args: readonly Json[]) => unknown

function functionFor(name: string, tasks: object, queue: string): TaskFunction {
  const isFunction = (key: string) => typeof Reflect.get(tasks, key) === 'function'
  // Own ones only: a job called "constructor" is not to find what every object has.
  if (Object.hasOwn(tasks, name) && isFunction(name)) return Reflect.get(tasks, name)
  throw new UnknownJobError(queue, name, Object.keys(tasks).filter(isFunction))
}

/** What `work` brings, or a JobTimeoutError and an aborted signal when its time is over. */
async function inTime(
  work: Promise<unknown>,
  timeout: number | undefined,
  controller: AbortController,
): Promise<unknown> {
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

/** Engines read `message` and `stack`, and give some names and messages a meaning of their own. */
function toError(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error)) return new Error(`threw ${Bun.inspect(thrown)}`)
    const error = new Error(thrown.message || thrown.name, { cause: thrown })
    if (thrown.stack) error.stack = thrown.stack
    if (isFinal(thrown)) error.name = 'UnrecoverableError'
    return error
  } catch {
    return new Error('threw something that cannot be printed')
  }
}

/** Runs one job: finds its function, keeps its time, and brings what comes out of it into a form that engines take. */
import { type CurrentJob, runAs } from './current'
import type { Delivery } from './engine'
import { JobTimeoutError, UnknownJobError, UnreadableJobError } from './errors'
import { asJson, type Json } from './json'
import { type FailedJob, logFailure } from './log'
import { argsOf, timeoutOf } from './payload'

export type RunContext = {
  readonly queue: string
  readonly tasks: object
  readonly onError: (failure: { error: unknown; job: FailedJob }) => unknown
  /** Of the jobs that run. */
  readonly running: Set<AbortController>
}

/** Resolves with the result as JSON. Rejects with an Error, whatever was thrown. */
export async function runJob(context: RunContext, delivery: Delivery): Promise<Json | undefined> {
  const { queue, tasks, running } = context
  const args = argsOf(delivery.payload)
  const aborting = new AbortController()
  running.add(aborting)
  try {
    if (!args) throw new UnreadableJobError(queue, delivery.name)
    const func = functionFor(delivery.name, tasks, queue)
    const work = runAs(currentOf(delivery, aborting.signal), async () => func(...args))
    return resultOf(delivery, await withinTimeout(work, timeoutOf(delivery.payload), aborting))
  } catch (error) {
    const { id, name, attempt, attempts } = delivery
    report(context, error, { queue, id, name, attempt, attempts, args: args ?? [] })
    throw toError(error)
  } finally {
    running.delete(aborting)
  }
}

function functionFor(
  name: string,
  tasks: object,
  queue: string,
): (...args: readonly Json[]) => unknown {
  // Own ones only: a job called "constructor" is not to find what every object has.
  const func: unknown = Object.hasOwn(tasks, name) ? Reflect.get(tasks, name) : undefined
  if (typeof func === 'function') return (...args) => Reflect.apply(func, undefined, args)
  const functions = Object.entries(tasks).filter(([, value]) => typeof value === 'function')
  throw new UnknownJobError(
    queue,
    name,
    functions.map(([known]) => known),
  )
}

function currentOf(delivery: Delivery, signal: AbortSignal): CurrentJob {
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

async function withinTimeout(
  work: Promise<unknown>,
  timeout: number | undefined,
  aborting: AbortController,
): Promise<unknown> {
  if (timeout === undefined || timeout > longestTimer) return work
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new JobTimeoutError(timeout)
    aborting.abort(error)
    reject(error)
  }, timeout)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A timer with more milliseconds than this fires at once. */
const longestTimer = 2 ** 31 - 1

/** The work is done: a result that cannot be stored is no reason to do it again. */
function resultOf({ name, id }: Delivery, result: unknown): Json | undefined {
  try {
    return asJson(result)
  } catch (error) {
    console.warn(`[queue] The result of ${name} (${id}) is not JSON and was not stored.`, error)
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
  if (thrown instanceof UnknownJobError || thrown instanceof UnreadableJobError) return thrown
  try {
    if (!(thrown instanceof Error)) return new Error(`threw ${Bun.inspect(thrown)}`)
    const error = new Error(thrown.message || thrown.name, { cause: thrown })
    if (thrown.name === 'UnrecoverableError') error.name = thrown.name
    if (thrown.stack) error.stack = thrown.stack
    return error
  } catch {
    return new Error('threw something that cannot be printed')
  }
}

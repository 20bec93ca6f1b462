/** Runs one job: finds its function, keeps its time, and brings what comes out of it into a form that engines take. */
import { isThenable } from '../task'
import { type CurrentJob, runAs } from './current'
import type { Delivery } from './engine'
import { JobTimeoutError, UnknownJobError, UnreadableJobError } from './errors'
import { asJson, type Json } from './json'
import { type FailedJob, logFailure } from './log'
import { argsOf, timeoutOf } from './payload'
import type { RunningJob, RunningJobs } from './running'

export type RunContext = {
  readonly queue: string
  readonly tasks: object
  readonly onError: (failure: { error: unknown; job: FailedJob }) => unknown
  readonly running: RunningJobs
}

/** Resolves with the result as JSON. Rejects with an Error, whatever was thrown. */
export async function runJob(context: RunContext, delivery: Delivery): Promise<Json | undefined> {
  const { queue, tasks, running } = context
  const args = argsOf(delivery.payload)
  const job = running.start()
  try {
    if (!args) throw new UnreadableJobError(queue, delivery.name)
    const func = functionFor(delivery.name, tasks, queue)
    const work = runAs(currentOf(delivery, job), () => asPromise(func(...args)))
    return resultOf(
      delivery,
      work instanceof Promise ? await inTime(context, delivery, job, work) : work,
    )
  } catch (error) {
    const { id, name, attempt, attempts } = delivery
    report(context, error, { queue, id, name, attempt, attempts, args: args ?? [] })
    throw toError(error)
  } finally {
    running.end(job)
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
  throw new UnknownJobError(
    queue,
    name,
    functions.map(([known]) => known),
  )
}

/** What can be awaited becomes a promise. Anything else stays what it is. */
function asPromise(value: unknown): unknown {
  return isThenable(value) ? Promise.resolve(value) : value
}

function currentOf(delivery: Delivery, running: RunningJob): CurrentJob {
  const { id, name, attempt, attempts } = delivery
  return {
    id,
    name,
    attempt,
    attempts,
    get signal() {
      return running.signal
    },
    async setProgress(progress) {
      if (!(progress >= 0 && progress <= 1))
        throw new TypeError(`progress must be from 0 to 1, got ${Bun.inspect(progress)}.`)
      await delivery.setProgress(progress)
    },
  }
}

/** What `work` brings, or a JobTimeoutError and an aborted signal when its time is over. */
function inTime(
  { running }: RunContext,
  { payload }: Delivery,
  job: RunningJob,
  work: Promise<unknown>,
): Promise<unknown> {
  const timeout = timeoutOf(payload)
  if (timeout === undefined) return work
  return new Promise((resolve, reject) => {
    running.expireAfter(job, timeout, () => {
      const error = new JobTimeoutError(timeout)
      job.abort(error)
      reject(error)
    })
    work.then(resolve, reject)
  })
}

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

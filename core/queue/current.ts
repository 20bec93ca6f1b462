/** What a function can know about the job that it runs as, without a parameter for it. */
import { AsyncLocalStorage } from 'node:async_hooks'

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

/** Runs `call` as `job`. */
export function runAs<Result>(job: CurrentJob, call: () => Result): Result {
  return storage.run(job, call)
}

/**
 * The jobs that run in this process, how long each of them may, and how it is told that it should stop. Most of them
 * neither look at their signal nor come near their timeout, so one that does pays for it: the signal is made when it
 * is asked for, and one timer, for the deadline that comes first, watches over all of them.
 */

/** A timer with more milliseconds than this fires at once. */
const longestTimer = 2 ** 31 - 1

export class RunningJob {
  /** When its time is over, by the clock of `performance.now()`. */
  deadline = Infinity
  /** Called then. */
  expire: () => void = () => {}
  private controller: AbortController | undefined = undefined
  private aborted: { reason: unknown } | undefined = undefined

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController()
      if (this.aborted) this.controller.abort(this.aborted.reason)
    }
    return this.controller.signal
  }

  abort(reason: unknown): void {
    this.aborted ??= { reason }
    this.controller?.abort(this.aborted.reason)
  }
}

export class RunningJobs {
  private readonly jobs = new Set<RunningJob>()
  private timer: Timer | undefined = undefined
  private ringsAt = Infinity

  get size(): number {
    return this.jobs.size
  }

  start(): RunningJob {
    const job = new RunningJob()
    this.jobs.add(job)
    return job
  }

  end(job: RunningJob): void {
    this.jobs.delete(job)
  }

  abortAll(reason: unknown): void {
    for (const job of this.jobs) job.abort(reason)
  }

  /** Calls `expire` after so many milliseconds, if the job still runs then. */
  expireAfter(job: RunningJob, milliseconds: number, expire: () => void): void {
    job.deadline = performance.now() + milliseconds
    job.expire = expire
    if (job.deadline < this.ringsAt) this.ringAt(job.deadline)
  }

  private ringAt(time: number): void {
    clearTimeout(this.timer)
    this.ringsAt = time
    if (time === Infinity) return
    const wait = Math.max(0, Math.ceil(time - performance.now()))
    this.timer = setTimeout(this.ring, Math.min(wait, longestTimer))
    // It may be set for a job that has ended long ago. What runs is kept alive by the engine.
    this.timer.unref()
  }

  private ring = (): void => {
    const now = performance.now()
    let next = Infinity
    for (const job of this.jobs) {
      if (job.deadline > now) next = Math.min(next, job.deadline)
      else {
        job.deadline = Infinity
        job.expire()
      }
    }
    this.ringAt(next)
  }
}

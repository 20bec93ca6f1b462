/** The jobs of a scene: when each was stored, and every attempt to do it. Any process may store one or do it. */
import type { LaneEvent } from './events'

export type SceneAttempt = {
  attempt: number
  process: string
  at: number
  end?: number
  state: 'running' | 'succeeded' | 'failed'
  error?: string
}

export type SceneJob = {
  key: string
  id: string
  name: string
  queue: string
  /** When it was stored, or first heard of. */
  at: number
  /** 'stored' also between two attempts. */
  state: 'stored' | 'running' | 'succeeded' | 'failed'
  attempts?: number
  runs: SceneAttempt[]
}

type JobEvent = Extract<LaneEvent, { type: 'job' }>

const mostJobs = 2_000
const mostRuns = 100

export class Jobs {
  readonly byKey = new Map<string, SceneJob>()

  add(event: JobEvent): void {
    const job = this.of(event)
    if (event.attempts !== undefined) job.attempts = event.attempts
    if (event.status === 'running') start(job, event)
    else if (event.status !== 'stored') end(job, event)
    else if (!job.runs.length) job.at = Math.min(job.at, event.at)
  }

  /** What ran in a process that is gone is as it was before: stored, to be tried again. */
  lose(process: string, at: number, reason: string): void {
    for (const job of this.byKey.values()) {
      const run = job.runs.at(-1)
      if (run?.process !== process || run.state !== 'running') continue
      Object.assign(run, { state: 'failed', end: at, error: reason })
      job.state = 'stored'
    }
  }

  forget(time: number): void {
    let tooMany = this.byKey.size - mostJobs
    for (const [key, job] of this.byKey) {
      if (tooMany-- > 0 || lastChange(job) < time) this.byKey.delete(key)
      if (job.runs.length > mostRuns) job.runs = job.runs.slice(-mostRuns)
    }
  }

  clear(): void {
    for (const [key, { state }] of this.byKey)
      if (state === 'succeeded' || state === 'failed') this.byKey.delete(key)
  }

  private of({ id, name, queue, at }: JobEvent): SceneJob {
    const key = `${queue}-${id}`
    const known = this.byKey.get(key)
    if (known) return known
    const job: SceneJob = { key, id, name, queue, at, state: 'stored', runs: [] }
    this.byKey.set(key, job)
    return job
  }
}

function start(job: SceneJob, { at, attempt, process }: JobEvent): void {
  const before = job.runs.at(-1)
  // Nobody has told how it ended, so it ended when the next one began, at the latest.
  if (before?.state === 'running') Object.assign(before, { state: 'failed', end: at })
  job.state = 'running'
  job.runs.push({ attempt: attempt ?? (before?.attempt ?? 0) + 1, process, at, state: 'running' })
}

function end(job: SceneJob, { at, status, attempt, attempts, error }: JobEvent): void {
  const run = job.runs.at(-1)
  if (run && status !== 'stored' && status !== 'running') {
    Object.assign(run, { state: status, end: at })
    if (error !== undefined) run.error = error
  }
  const isTriedAgain =
    status === 'failed' && (attempt ?? run?.attempt ?? 1) < (attempts ?? job.attempts ?? 1)
  job.state = isTriedAgain ? 'stored' : status
}

function lastChange({ at, runs }: SceneJob): number {
  const run = runs.at(-1)
  return run ? (run.end ?? run.at) : at
}

/**
 * From events to what a picture of them needs: requests with their tasks in order, event loops, workers and jobs.
 * The terminal, the guide and the checks read the same scene. All times are milliseconds since 1970, as in the events.
 */
import type { LaneEvent } from './events'
import { Jobs, type SceneJob } from './jobs'
import { Loops, type SceneLoop, type Span } from './loops'
import { noticeable, Requests, type SceneRequest } from './requests'
import { type SceneWorker, Workers } from './workers'

export type { SceneAttempt, SceneJob } from './jobs'
export type { SceneLoop, Span } from './loops'
export { endOf, isOpen, type SceneRequest, type SceneTask } from './requests'
export type { SceneCall, SceneWorker } from './workers'

export type ScenePoll = { method: string; path: string; times: number[] }
export type SceneFlag = { at: number; text: string; process: string }

export type Scene = {
  /** The time of the newest event; 0 before the first one. */
  now: number
  /** In the order of their arrival, polls included. */
  requests: SceneRequest[]
  /** The polls among them, by what they ask for. */
  polls: ScenePoll[]
  loops: SceneLoop[]
  workers: SceneWorker[]
  jobs: SceneJob[]
  flags: SceneFlag[]
}

const tenMinutes = 600_000
const mostFlags = 200

/** Builds a scene event by event, and forgets what is older than ten minutes. */
export class SceneBuilder {
  private now = 0
  private nextSweep = 0
  private flags: SceneFlag[] = []
  private readonly lives = new Map<string, number>()
  /** When processes began to be there for somebody: before, nobody waits for their event loops. Infinity while they load. */
  private readonly readySince = new Map<string, number>()
  private readonly requests = new Requests()
  private readonly loops = new Loops()
  private readonly workers = new Workers()
  private readonly jobs = new Jobs()

  add(event: LaneEvent): void {
    this.now = Math.max(this.now, 'at' in event ? event.at : event.to)
    this.take(event)
    if (this.now < this.nextSweep) return
    this.nextSweep = this.now + 1_000
    this.forget(this.now - tenMinutes)
  }

  get scene(): Scene {
    const requests = [...this.requests.byKey.values()]
    return {
      now: this.now,
      requests,
      polls: pollsAmong(requests),
      loops: [...this.loops.byProcess.values()],
      workers: [...this.workers.byKey.values()],
      jobs: [...this.jobs.byKey.values()],
      flags: this.flags,
    }
  }

  private take(event: LaneEvent): void {
    const { process } = event
    const life = `${process}-${this.lives.get(process) ?? 0}`
    switch (event.type) {
      case 'request':
        return this.requests.addRequest(
          event,
          `${life}-${event.id}`,
          this.loops.byProcess.get(process)?.holes.at(-1),
        )
      case 'task':
        return this.requests.addTask(
          event,
          `${life}-${event.id}`,
          event.request === undefined ? `${life}-task-${event.id}` : `${life}-${event.request}`,
        )
      case 'worker':
        return this.workers.addWorker(event, `${life}-${event.id}`, life)
      case 'call':
        return this.workers.addCall(event, `${life}-${event.worker}`, life)
      case 'job':
        return this.jobs.add(event)
      case 'alive':
        return this.loops.alive(process, event)
      case 'hole':
        return this.addHole(process, event)
      case 'process':
        return this.takeProcess(event)
      case 'flag':
        this.flags.push({ at: event.at, text: event.text, process })
        return
      case 'clear':
        return this.clear(event.at)
    }
  }

  /** What is told of after a process is ready may have begun while it loaded. */
  private addHole(process: string, { from, to }: Span): void {
    const since = Math.max(from, this.readySince.get(process) ?? from)
    if (since !== from && to - since < noticeable) return
    const hole = { from: since, to }
    this.loops.hole(process, hole)
    this.requests.addHole(process, hole)
  }

  private takeProcess(event: Extract<LaneEvent, { type: 'process' }>): void {
    const { process, at, status, text } = event
    if (status === 'started') {
      this.lives.set(process, (this.lives.get(process) ?? 0) + 1)
      this.loops.begin(process)
      this.readySince.set(process, Infinity)
      return
    }
    this.readySince.set(process, at)
    this.flags.push({ at, text, process })
    if (status === 'ready') return
    this.loops.end(process, at)
    for (const part of [this.requests, this.workers, this.jobs])
      part.lose(process, at, `lost: ${text}`)
  }

  private forget(time: number): void {
    for (const part of [this.requests, this.loops, this.workers, this.jobs]) part.forget(time)
    this.flags = this.flags.filter(({ at }) => at >= time).slice(-mostFlags)
  }

  /** What still runs stays: it is not over. */
  private clear(time: number): void {
    this.requests.clear()
    this.loops.forget(time)
    this.workers.clear(time)
    this.jobs.clear()
    this.flags = []
  }
}

function pollsAmong(requests: readonly SceneRequest[]): ScenePoll[] {
  const polls = new Map<string, ScenePoll>()
  for (const { isPoll, method, path, at } of requests) {
    if (!isPoll) continue
    const poll = polls.get(`${method} ${path}`) ?? { method, path, times: [] }
    poll.times.push(at)
    polls.set(`${method} ${path}`, poll)
  }
  return [...polls.values()]
}

/** The requests of a scene, and their tasks in the order in which they were added. */
import type { LaneEvent, Place } from './events'
import type { Span } from './loops'

export type SceneTask = {
  id: number
  name: string
  args?: string
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  /** When it was added to its list. */
  since: number
  /** When it started; a skipped task never does. */
  at?: number
  /** When it ended; of a skipped task, when it would have started. */
  end?: number
  error?: string
  place?: Place
  /** Of a skipped task: the index, in the same request, of the failed task that stopped it. */
  stoppedBy?: number
}

export type SceneRequest = {
  /** The same for as long as the request is held: process, life and id. */
  key: string
  process: string
  /** Empty, as is the path, for a task that no request has added. */
  method: string
  path: string
  at: number
  /** When the handler answered. */
  answered?: number
  /** When the last byte left. */
  sent?: number
  code?: number
  tasks: SceneTask[]
  /** It came while the event loop was blocked: it may have waited for as long as this. */
  waited?: number
  isPoll: boolean
  /** When its process ended before the last byte had left. */
  lost?: number
}

type Of<Type extends LaneEvent['type']> = Extract<LaneEvent, { type: Type }>

/** What is found this long after a hole was there before its end: the next beat is 25 ms away. */
const justAfter = 10
/** A beat that is late by less is no hole, and who came in between has not waited. */
export const noticeable = 50
const mostRequests = 5_000

export class Requests {
  readonly byKey = new Map<string, SceneRequest>()
  /** What is asked for again and again: process and path. */
  private readonly polled = new Set<string>()
  private readonly tasks = new Map<string, { request: SceneRequest; task: SceneTask }>()

  /** `hole` is the last one before now. */
  addRequest(event: Of<'request'>, key: string, hole: Span | undefined): void {
    if (event.status === 'arrived') {
      const { method, path, at, process, poll = false } = event
      const request = { key, process, method, path, at, tasks: [], isPoll: poll }
      if (poll) this.foldThoseBefore(process, path)
      this.byKey.set(key, request)
      if (hole) markWaiting(request, hole)
      return
    }
    const request = this.byKey.get(key)
    if (!request) return
    if (event.status === 'sent') request.sent = event.at
    else Object.assign(request, { answered: event.at, code: event.code })
  }

  /** A page asks twice before it is known that it goes on asking. */
  private foldThoseBefore(process: string, path: string): void {
    const key = `${process} ${path}`
    if (this.polled.has(key)) return
    this.polled.add(key)
    for (const request of this.byKey.values())
      if (request.process === process && request.path === path && request.method === 'GET')
        request.isPoll ||= request.tasks.length === 0
  }

  addTask(event: Of<'task'>, key: string, requestKey: string): void {
    const known = this.tasks.get(key)
    if (!known) this.begin(event, key, requestKey)
    else change(known.task, event, known.request)
  }

  /** Whoever came while nobody was served: the first sign of them is after the hole. */
  addHole(process: string, hole: Span): void {
    for (const request of this.byKey.values())
      if (request.process === process) markWaiting(request, hole)
  }

  /** The process is gone: what ran in it will not end, and what waited will not start. */
  lose(process: string, at: number, reason: string): void {
    for (const request of this.byKey.values()) {
      if (request.process !== process) continue
      if (request.sent === undefined) request.lost ??= at
      for (const task of request.tasks) {
        if (task.state === 'running')
          Object.assign(task, { state: 'failed', end: at, error: reason })
        if (task.state === 'waiting') Object.assign(task, { state: 'skipped', end: at })
      }
    }
  }

  /** Forgets what has ended before `time`, and the oldest of too many. */
  forget(time: number, most = mostRequests): void {
    let tooMany = this.byKey.size - most
    for (const [key, request] of this.byKey)
      if (tooMany-- > 0 || lastChange(request) < time) this.byKey.delete(key)
    for (const [key, { request }] of this.tasks)
      if (this.byKey.get(request.key) !== request) this.tasks.delete(key)
  }

  /** Forgets all that has ended. */
  clear(): void {
    for (const [key, request] of this.byKey) if (!isOpen(request)) this.byKey.delete(key)
    this.forget(0)
  }

  private begin(event: Of<'task'>, key: string, requestKey: string): void {
    const { id, name, at } = event
    const request = this.byKey.get(requestKey) ?? this.alone(event, requestKey)
    const task: SceneTask = { id, name, state: 'waiting', since: at }
    if (event.args !== undefined) task.args = event.args
    if (event.place) task.place = event.place
    // A page that asks again and again, and starts something by it, does more than look.
    request.isPoll = false
    request.tasks.push(task)
    this.tasks.set(key, { request, task })
    change(task, event, request)
  }

  private alone({ process, at }: Of<'task'>, key: string): SceneRequest {
    const request = { key, process, method: '', path: '', at, tasks: [], isPoll: false }
    this.byKey.set(key, request)
    return request
  }
}

/** Whether something of it is still to come. */
export function isOpen({ method, sent, lost, tasks }: SceneRequest): boolean {
  const isAnswered = method === '' || sent !== undefined || lost !== undefined
  return !isAnswered || tasks.some(({ state }) => state === 'waiting' || state === 'running')
}

/** When its last part ended; `now` for one that is not over. */
export function endOf(request: SceneRequest, now: number): number {
  return isOpen(request) ? Math.max(now, request.at) : lastChange(request)
}

function markWaiting(request: SceneRequest, { from, to }: Span): void {
  const waited = Math.min(request.at, to) - from
  if (request.at <= to + justAfter && waited > noticeable) request.waited = waited
}

function lastChange({ at, answered, sent, lost, tasks }: SceneRequest): number {
  const ofTasks = tasks.map((task) => task.end ?? task.at ?? task.since)
  return Math.max(at, answered ?? at, sent ?? at, lost ?? at, ...ofTasks)
}

function change(task: SceneTask, event: Of<'task'>, { tasks }: SceneRequest): void {
  const { status, at, error } = event
  task.state = status
  if (error !== undefined) task.error = error
  if (status === 'running') task.at = at
  if (status === 'succeeded' || status === 'failed' || status === 'skipped') task.end = at
  if (status !== 'skipped') return
  const before = tasks.slice(0, tasks.indexOf(task))
  const stoppedBy = before.findLastIndex(({ state }) => state === 'failed')
  if (stoppedBy !== -1) task.stoppedBy = stoppedBy
}

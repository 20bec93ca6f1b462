/**
 * Inside a process of a lesson: whatever the library tells on its channel is told to the runner, and so is whether the
 * event loop turns. Nothing that goes wrong here, a runner that is gone or reads nothing included, reaches the lesson.
 */
import {
  type CallEvent,
  type JobEvent,
  type RequestEvent,
  subscribe,
  type TaskEvent,
  type WorkerEvent,
} from '../../../core/trace'
import { argumentsAsText, errorAsText } from './describe'
import type { ProcessEvent } from './events'
import { Heartbeat } from './heartbeat'
import { Outbox, type Send } from './outbox'
import { Places } from './places'

export type ForwardOptions = {
  /** Takes a batch; calls back when it has gone. */
  send: Send
  /** Places in files are told from here. */
  root: string
}

/** Forwards until it is disposed of. */
export function forward({ send, root }: ForwardOptions): Disposable {
  const places = new Places(root)
  const outbox = new Outbox((events, sent) => {
    places.fill(events)
    send(events, sent)
  })
  const heartbeat = new Heartbeat(outbox)
  const visits = new Visits()
  const { timeOrigin } = performance
  const tell = (at: number, event: WithoutTime<ProcessEvent>) => {
    heartbeat.see(at)
    outbox.add(Object.assign(event, { at: timeOrigin + at }))
  }

  const subscription = subscribe({
    task: harmless((event: TaskEvent) => {
      const { task, at, status, request } = event
      // A queue tells of a job that is watched as of a task; that job is told as what it is.
      if (typeof task.id !== 'number') return
      const { id, name } = task
      const told: WithoutTime<Extract<ProcessEvent, { type: 'task' }>> = {
        type: 'task',
        id,
        status,
        name,
      }
      if (request) told.request = request.id
      if (status === 'failed') told.error = errorAsText(task.error)
      if (status === 'waiting') {
        const args = argumentsAsText(task.args)
        if (args !== undefined) told.args = args
        places.note(told)
      }
      tell(at, told)
      // What runs now may hold the event loop for long: it is to be seen meanwhile.
      if (status === 'running') outbox.hurry()
    }),
    request: harmless(({ at, status, request, code = 0 }: RequestEvent) => {
      const { id, method, path } = request
      if (visits.isPart(request, status)) return
      if (status === 'answered') tell(at, { type: 'request', id, status, code })
      else if (status === 'sent') tell(at, { type: 'request', id, status })
      else {
        const poll = visits.isPoll(request) && { poll: true as const }
        tell(at, { type: 'request', id, status, method, path, ...poll })
      }
    }),
    worker: harmless(({ at, status, worker: { id }, error }: WorkerEvent) =>
      tell(at, { type: 'worker', id, status, ...(error && { error: endOfWorker(error) }) }),
    ),
    call: harmless(({ at, status, call, error }: CallEvent) =>
      tell(at, { type: 'call', ...call, status, ...reason(error) }),
    ),
    job: harmless(({ at, status, job, error }: JobEvent) =>
      tell(at, { type: 'job', ...job, status, ...reason(error) }),
    ),
  })
  const stop = () => {
    heartbeat[Symbol.dispose]()
    outbox.flush()
  }
  process.on('exit', stop)

  return {
    [Symbol.dispose]() {
      process.off('exit', stop)
      subscription[Symbol.dispose]()
      stop()
    },
  }
}

/** Sends to the process that has started this one, if there is one. */
export function sendToParent(events: readonly ProcessEvent[], sent: () => void): void {
  if (!process.connected || !process.send) return sent()
  process.send(events, undefined, undefined, sent)
}

type WithoutTime<Event> = Event extends { at: number } ? Omit<Event, 'at'> : never

/** What a subscriber throws would end the process. */
function harmless<Event>(listener: (event: Event) => void): (event: Event) => void {
  return (event) => {
    try {
      listener(event)
    } catch {
      // A proxy in the place of a request, a name that is none: it is not told.
    }
  }
}

function reason(error: unknown): { error: string } | false {
  return error !== undefined && { error: errorAsText(error) }
}

/** 'exited, code 3' */
function endOfWorker(error: NonNullable<WorkerEvent['error']>): string {
  const [, how] = /(?:exited with|was) (.*?)\.?$/.exec(error.message) ?? []
  return how?.startsWith('code') ? `exited, ${how}` : (how ?? errorAsText(error))
}

/** What a browser asks for by itself while somebody looks at a page. */
class Visits {
  private readonly asked = new Map<string, number>()
  private readonly parts = new Set<string>()
  private readonly left = new Set<number>()

  /** Whether it is a style or a script: a part of a page, and not what a visitor came for. */
  isPart(
    { id, method, path, request }: RequestEvent['request'],
    status: RequestEvent['status'],
  ): boolean {
    if (method !== 'GET') return false
    if (status === 'sent') return this.left.delete(id)
    if (status === 'answered') return this.left.has(id)
    const isPart = ['style', 'script', 'font'].includes(request.headers.get('sec-fetch-dest') ?? '')
    if (isPart && this.parts.size < mostPaths) this.parts.add(path)
    // A script may ask for it again.
    if (!isPart && !this.parts.has(path)) return false
    this.left.add(id)
    return true
  }

  /** Whether a page asks for the same again and again: its script, for what it has asked for twice before. */
  isPoll({ method, path, request: { headers } }: RequestEvent['request']): boolean {
    const isByScript =
      headers.get('hx-request') === 'true' || headers.get('sec-fetch-dest') === 'empty'
    if (method !== 'GET' || !isByScript) return false
    const before = this.asked.get(path) ?? 0
    if (before > 0 || this.asked.size < mostPaths) this.asked.set(path, before + 1)
    return before >= 2
  }
}

/** Of more paths than these nothing is remembered. */
const mostPaths = 1_000

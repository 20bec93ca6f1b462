/**
 * How to listen. Everything that happens is an event on one `node:diagnostics_channel`: to tasks, to requests and their
 * answers, to workers and their calls, to jobs. With no subscriber, no event is even made.
 *
 * @example
 * using watching = subscribe(({ at, task, status }) => console.log(at, task.name, status))
 * using more = subscribe({ request: ({ request, status }) => console.log(request.path, status) })
 *
 * `at` is milliseconds on the clock of `performance.now()`. A subscriber that throws is reported by the runtime as an
 * uncaught exception of its own, as everywhere on a diagnostics channel: keep subscribers small.
 */
import { channel } from 'node:diagnostics_channel'

import { requireFunction, requireOptions } from './options'

/** The name of the channel, for those who subscribe without this library. */
export const channelName = 'background-tasks'

/** 'skipped': it was never started, because one before it failed, its handler threw, or a drain gave it up. */
export type TaskStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'

/** What a BackgroundTask and a queue's Job have in common. */
export type TracedTask = {
  readonly id: number | string
  readonly name: string
  readonly args: readonly unknown[]
  readonly status: TaskStatus
  readonly error: unknown
  /** From 0 to 1, where it is known. */
  readonly progress?: number
}

/** One change of one task, or of a job that a queue's `watch()` looks at. */
export type TaskEvent = {
  readonly at: number
  readonly status: TaskStatus
  readonly task: TracedTask
  /** With 'waiting': the request whose handler has added the task. */
  readonly request?: TracedRequest | undefined
}

/** A request to a route of an app that uses the plugin. */
export type TracedRequest = {
  readonly id: number
  readonly method: string
  readonly path: string
  readonly request: Request
}

/** 'arrived': it has been read. 'answered': its handler has answered, with this code. 'sent': the last byte has left. */
export type RequestEvent = {
  readonly at: number
  readonly status: 'arrived' | 'answered' | 'sent'
  readonly request: TracedRequest
  /** With 'answered': the status code. */
  readonly code?: number
}

/** A worker of a pool. Where it ended by itself, `error` says how. */
export type WorkerEvent = {
  readonly at: number
  readonly status: 'started' | 'ended'
  readonly worker: { readonly id: number; readonly module: string }
  readonly error?: Error
}

/** A call on a worker, from when the worker has nothing else to do. */
export type CallEvent = {
  readonly at: number
  readonly status: 'running' | 'succeeded' | 'failed'
  readonly call: { readonly id: number; readonly name: string; readonly worker: number }
  readonly error?: unknown
}

/** What this process does with a job: it stores it, or runs one attempt of it. */
export type JobEvent = {
  readonly at: number
  readonly status: 'stored' | 'running' | 'succeeded' | 'failed'
  readonly job: {
    readonly id: string
    readonly name: string
    readonly queue: string
    readonly attempts: number
    /** From 1; 0 for one that is stored. */
    readonly attempt: number
  }
  readonly error?: unknown
}

/** Whatever is told on the channel. */
export type TraceEvent = TaskEvent | RequestEvent | WorkerEvent | CallEvent | JobEvent

/** Whom to call for which kind of event. */
export type TraceListeners = {
  task?: (event: TaskEvent) => void
  request?: (event: RequestEvent) => void
  worker?: (event: WorkerEvent) => void
  call?: (event: CallEvent) => void
  job?: (event: JobEvent) => void
}

const events = channel(channelName)
const kinds = ['task', 'request', 'worker', 'call', 'job'] as const

/** Calls the listeners until the returned subscription is disposed of. A function alone listens to tasks. */
export function subscribe(listener: (event: TaskEvent) => void): Disposable
export function subscribe(listeners: TraceListeners): Disposable
export function subscribe(listeners: ((event: TaskEvent) => void) | TraceListeners): Disposable {
  const given = typeof listeners === 'function' ? { task: listeners } : listeners
  requireOptions('subscribe()', given, kinds)
  for (const kind of kinds) requireFunction(kind, given[kind])
  const receive = (message: unknown) => {
    const event = message as TraceEvent
    if ('task' in event) given.task?.(event)
    else if ('request' in event) given.request?.(event)
    else if ('worker' in event) given.worker?.(event)
    else if ('call' in event) given.call?.(event)
    else given.job?.(event)
  }
  events.subscribe(receive)
  return {
    [Symbol.dispose]() {
      events.unsubscribe(receive)
    },
  }
}

// What follows is for those who have something to tell.

/** Whether anybody listens. */
export function isTraced(): boolean {
  return events.hasSubscribers
}

/** Tells of it, now. Ask `isTraced()` first: the event is not to be made for nobody. */
export function publish(event: WithoutTime<TraceEvent>): void {
  events.publish({ at: performance.now(), ...event })
}

/** Tells that a task has come to its present status. */
export function publishTask(task: TracedTask, request?: TracedRequest): void {
  // Asked here, not by isTraced(): each task comes through here three times, and the calls were a tenth of what it costs.
  if (!events.hasSubscribers) return
  const event: TaskEvent = { at: performance.now(), status: task.status, task }
  events.publish(request ? { ...event, request } : event)
}

type WithoutTime<Event> = Event extends TraceEvent ? Omit<Event, 'at'> : never

/**
 * What happened when: every change of every task and every job that is watched, on one `node:diagnostics_channel`.
 *
 * @example
 * using watching = subscribe(({ at, task, status }) => console.log(at, task.name, status))
 *
 * With no subscriber an event is not even made. A subscriber that throws is reported by the runtime as an
 * uncaught exception of its own, as everywhere on a diagnostics channel: keep subscribers small.
 */
import { channel } from 'node:diagnostics_channel'

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

/** One change of one task. `at` is milliseconds on the clock of `performance.now()`. */
export type TaskEvent = {
  readonly at: number
  readonly status: TaskStatus
  readonly task: TracedTask
}

/** The name of the channel, for those who subscribe without this module. */
export const channelName = 'background-tasks'

const taskChannel = channel(channelName)

/** Publishes that a task has come to its present status. */
export function publish(task: TracedTask): void {
  if (!taskChannel.hasSubscribers) return
  taskChannel.publish({ at: performance.now(), status: task.status, task } satisfies TaskEvent)
}

/** Calls `listener` on every event until the returned subscription is disposed of. */
export function subscribe(listener: (event: TaskEvent) => void): Disposable {
  const receive = (message: unknown) => listener(message as TaskEvent)
  taskChannel.subscribe(receive)
  return {
    [Symbol.dispose]() {
      taskChannel.unsubscribe(receive)
    },
  }
}

/** Set while a task's function is called: whoever starts the work later (a pool) takes it, and calls it when it begins. */
export const starting: { task: { defer(): () => void } | undefined } = { task: undefined }

/** Marks, as a property that is true, a function whose work is started later, by a pool. */
export const startsLater = Symbol('startsLater')

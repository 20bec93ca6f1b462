/**
 * What happened when: every change of every task, on one `node:diagnostics_channel`.
 *
 * @example
 * using watching = subscribe(({ at, task, status }) => console.log(at, task.name, status))
 *
 * With no subscriber an event is not even made. A subscriber that throws is reported by the runtime as an
 * uncaught exception of its own, as everywhere on a diagnostics channel: keep subscribers small.
 */
import { channel } from 'node:diagnostics_channel'

import type { BackgroundTask, TaskStatus } from './task'

/** One change of one task. `at` is milliseconds on the clock of `performance.now()`. */
export type TaskEvent = {
  readonly at: number
  readonly status: TaskStatus
  readonly task: BackgroundTask
}

/** The name of the channel, for those who subscribe without this module. */
export const channelName = 'background-tasks'

const taskChannel = channel(channelName)

/** Publishes that a task has come to its present status. */
export function publish(task: BackgroundTask): void {
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

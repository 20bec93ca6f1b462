/**
 * How to listen: every change of every task, and of every job that is watched, is an event on one channel.
 *
 * @example
 * using watching = subscribe(({ at, task, status }) => console.log(at, task.name, status))
 *
 * A subscriber that throws is reported by the runtime as an uncaught exception of its own, as everywhere on a
 * diagnostics channel: keep subscribers small.
 */
import { channel } from 'node:diagnostics_channel'

import { channelName, type TaskEvent } from './task'

/** Calls `listener` on every event until the returned subscription is disposed of. */
export function subscribe(listener: (event: TaskEvent) => void): Disposable {
  const receive = (message: unknown) => listener(message as TaskEvent)
  const changes = channel(channelName)
  changes.subscribe(receive)
  return {
    [Symbol.dispose]() {
      changes.unsubscribe(receive)
    },
  }
}

/**
 * In development, a task that holds the event loop is named once, with what to do about it. What is measured is the
 * stretch from the call to the first `await`: nothing else can run in it, so the blame is certain.
 */
import type { BackgroundTask } from './task'

/** Longer than this, in milliseconds, and a visitor notices. */
const noticeable = 50

// Bun.env, because the bundler writes process.env.NODE_ENV into a binary when it is built.
export const isWatching = Bun.env.NODE_ENV !== 'production'

const alreadyNamed = new WeakSet<object>()

/** Calls `call` for `task` and says so if the event loop stood still for it. */
export function watched<Result>(task: BackgroundTask, call: () => Result): Result {
  const began = performance.now()
  try {
    return call()
  } finally {
    const held = performance.now() - began
    if (held > noticeable && !alreadyNamed.has(task.func)) {
      alreadyNamed.add(task.func)
      console.warn(
        `[background] ${task.name} held the event loop for ${Math.round(held)} ms, and nobody else was served meanwhile. ` +
          `If it waits, use its async form (await Bun.sleep, fetch, Bun.file); if it computes, move it to a worker.`,
      )
    }
  }
}

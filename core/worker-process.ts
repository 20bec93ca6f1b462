/**
 * A worker that is a process of its own. It costs more than a thread, to start and for every call; but where a thread
 * that runs out of memory takes the server with it, a process only fails its own task.
 */
import { env, execPath } from 'node:process'

import type { ChannelEvents, WorkerChannel } from './worker-channel'

/** Set in a process that was started to be a worker; holds BUN_OPTIONS as they were. */
export const workerMark = 'BACKGROUND_TASKS_WORKER'

/** Waits for ever: where the binary has a main module, a worker must not come to run it. */
const never = 'data:text/javascript,await%20new%20Promise(()=>{})'

export function startProcess(path: string, events: ChannelEvents): WorkerChannel {
  let isAsked = false
  const options = env['BUN_OPTIONS'] ?? ''
  const child = Bun.spawn({
    // A binary always runs its own main module. What it preloads comes before that.
    cmd: Bun.isStandaloneExecutable ? [execPath] : [execPath, '--no-orphans', path],
    env: {
      ...env,
      [workerMark]: options,
      ...(Bun.isStandaloneExecutable && {
        BUN_OPTIONS: `${options} --no-orphans --preload=${path} --preload=${never}`.trim(),
      }),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    serialization: 'advanced',
    ipc(data: unknown) {
      if (Array.isArray(data) && !isAsked) events.answered(data as [number])
    },
    onExit(_, exitCode) {
      if (!isAsked) events.ended({ exitCode, signal: child.signalCode })
    },
  })

  return {
    // A message to a process cannot be taken back.
    window: 1,
    send(message) {
      if (message.some((argument) => argument instanceof Blob))
        throw new DOMException(
          'A Blob cannot be sent to a process: send its bytes.',
          'DataCloneError',
        )
      // Where the process has just ended, its onExit is due, and has the call.
      if (child.exitCode === null && child.signalCode === null) child.send(message)
    },
    take: () => false,
    hold: (holds) => (holds ? child.ref() : child.unref()),
    async end() {
      isAsked = true
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

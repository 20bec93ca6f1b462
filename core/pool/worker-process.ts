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
  let lastToken = 0
  const unsent = new Set<number>()
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
      // Its last answers are read before the next timer.
      setTimeout(() => {
        if (!isAsked) events.ended({ exitCode, signal: child.signalCode })
      }, 1)
    },
  })
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null

  return {
    window: 1,
    token: () => ++lastToken,
    send(message) {
      if (message.some((argument) => argument instanceof Blob))
        throw new DOMException(
          'A Blob cannot be sent to a process: send its bytes.',
          'DataCloneError',
        )
      if (hasEnded()) unsent.add(lastToken)
      else child.send(message)
    },
    // A message to a process cannot be taken back, except one that was never sent.
    take: (token) => unsent.delete(token),
    hold: (holds) => (holds ? child.ref() : child.unref()),
    async end() {
      isAsked = true
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/**
 * Starts a worker: a thread, which is a Bun Worker, or a process of its own. A process costs more, to start and for
 * every call; but where a thread that runs out of memory takes the server with it, a process only fails its own task.
 */
import { execPath } from 'node:process'

import { environmentWith, unpack, type WorkerEnd } from './messages'
import type { Start } from './worker'

export const startThread: Start = (path, secret, events) => {
  const worker = new Worker(path, { env: environmentWith(secret) }) as unknown as Bun.Worker
  let cause: Pick<WorkerEnd, 'cause'> = {}

  worker.addEventListener('message', (event: Event) => {
    events.received((event as MessageEvent<unknown>).data)
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault()
    cause = { cause: errorOf(Bun.stripANSI(event.message)) }
  })
  worker.addEventListener('close', (event) => {
    events.ended({ exitCode: event.code, ...cause })
  })

  return {
    isOpen: () => true, // until it is said to have ended
    send: (message) => worker.postMessage(message),
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  }
}

/** Bun tells of an error in a worker as text: the source around it, then "TypeError: what", then the stack. */
function errorOf(stack: string): unknown {
  const [, name = 'Error', message = stack] = /^(?:error|(\w*Error)): (.*)$/m.exec(stack) ?? []
  return unpack({ error: { name, message, stack, properties: [] } })
}

/** Waits for ever: where the binary has a main module, a worker must not come to run it. */
const never = 'data:text/javascript,await%20new%20Promise(()=>{})'

export const startProcess: Start = (path, secret, events) => {
  const env = environmentWith(secret)
  const child = Bun.spawn({
    // A binary always runs its own main module. What it preloads comes before that.
    cmd: Bun.isStandaloneExecutable ? [execPath] : [execPath, '--no-orphans', path],
    env: {
      ...env,
      ...(Bun.isStandaloneExecutable && {
        BUN_OPTIONS:
          `${env['BUN_OPTIONS'] ?? ''} --no-orphans --preload=${path} --preload=${never}`.trim(),
      }),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    serialization: 'advanced',
    ipc: (message: unknown) => events.received(message),
    onExit(_, exitCode) {
      // Its last answers are read before the next timer.
      setTimeout(() => events.ended({ exitCode, signal: child.signalCode }), 1)
    },
  })

  return {
    isOpen: () => child.exitCode === null && child.signalCode === null,
    send(message) {
      if (Array.isArray(message) && message.some((part) => part instanceof Blob))
        throw new DOMException(
          'A Blob cannot be sent to a process: send its bytes.',
          'DataCloneError',
        )
      child.send(message)
    },
    hold: (holds) => (holds ? child.ref() : child.unref()),
    end: () => child.kill('SIGKILL'),
  }
}

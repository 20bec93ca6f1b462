/** A worker that is a thread: a Bun Worker. */
import { Tokens } from './tokens'
import type { ChannelEvents, WorkerChannel } from './worker-channel'
import type { WorkerEnd } from './worker-errors'

/** More calls than this on their way to one thread make nothing faster. */
const sentAhead = 8

export function startThread(path: string, events: ChannelEvents): WorkerChannel {
  const tokens = Tokens.of(sentAhead)
  const worker = new Worker(path) as unknown as Bun.Worker
  const gone = Promise.withResolvers<void>()
  let isAsked = false
  let cause: Pick<WorkerEnd, 'cause'> = {}

  worker.addEventListener('message', (event: Event) => {
    const { data } = event as MessageEvent<unknown>
    // Whatever else a task posts is not an answer.
    if (!Array.isArray(data) || isAsked) return
    if (data[0] === 0 && data.length === 1) worker.postMessage(tokens.memory)
    events.answered(data as [number])
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault()
    cause = { cause: new Error(Bun.stripANSI(event.message)) }
  })
  worker.addEventListener('close', (event) => {
    gone.resolve()
    if (!isAsked) events.ended({ exitCode: event.code, ...cause })
  })

  return {
    window: sentAhead,
    send(message) {
      tokens.put(message[0])
      worker.postMessage(message)
    },
    take: (token) => tokens.take(token),
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    end() {
      isAsked = true
      worker.terminate()
      return gone.promise
    },
  }
}

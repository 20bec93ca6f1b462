/** A worker that is a thread: a Bun Worker. */
import { Tokens } from './tokens'
import type { ChannelEvents, WorkerChannel } from './worker-channel'
import type { WorkerEnd } from './worker-errors'

/** More calls than this on their way to one thread make nothing faster. */
const sentAhead = 16

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
    cause = { cause: toError(Bun.stripANSI(event.message)) }
  })
  worker.addEventListener('close', (event) => {
    gone.resolve()
    if (!isAsked) events.ended({ exitCode: event.code, ...cause })
  })

  return {
    window: sentAhead,
    token: () => tokens.next(),
    send: (message) => worker.postMessage(message),
    take: (token) => tokens.take(token),
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    end() {
      isAsked = true
      worker.terminate()
      return gone.promise
    },
  }
}

/** Bun tells of an error in a worker as text: the source around it, then "TypeError: what", then the stack. */
function toError(text: string): Error {
  const [, message = text] = /^(?:error: |(?=\w*Error: ))(.*)$/m.exec(text) ?? []
  const error = new Error(message)
  error.stack = text
  return error
}

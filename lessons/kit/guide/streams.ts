/** What a page hears of a run while it is open: what is printed, and what happens. */
import { Elysia } from 'elysia'

import type { Recorder } from '../lanes/recorder'
import { piecesOf } from './ansi'
import { eventStream, inBatches, type Message } from './stream'

export type StreamsOptions = {
  recorder: Recorder
  /** Aborts when nobody is to be told any more. */
  signal: AbortSignal
  /** Names this run of the program: the ids of its events begin with it. */
  run: string
  /** Tells a page whatever else it wants to know. */
  tell: (send: (message: Message) => void, signal: AbortSignal) => void
}

export function streams({ recorder, signal: end, run, tell }: StreamsOptions) {
  return new Elysia()
    .get('/live', ({ request, server }) => {
      server?.timeout(request, 0)
      return eventStream(AbortSignal.any([end, request.signal]), (send, signal) => {
        send({ event: 'run', data: run })
        tell(send, signal)
        void sendLines(afterLast(request, run))

        async function sendLines(after: number): Promise<void> {
          for await (const lines of inBatches(recorder.lines(after, signal))) {
            const data = JSON.stringify(
              lines.map(({ process, stream, line }) => [process, stream, piecesOf(line)]),
            )
            send({ event: 'terminal', id: `${run}-${lines.at(-1)!.n}`, data })
          }
        }
      })
    })
    .get('/events', ({ request, server }) => {
      server?.timeout(request, 0)
      return eventStream(AbortSignal.any([end, request.signal]), (send, signal) => {
        void sendEvents(afterLast(request, run))

        async function sendEvents(after: number): Promise<void> {
          for await (const events of inBatches(recorder.events(after, signal)))
            send({
              event: 'lanes',
              id: `${run}-${events.at(-1)!.n}`,
              data: JSON.stringify(events),
            })
        }
      })
    })
}

/** The number behind which a page goes on that was cut off. That of another run says nothing about this one. */
function afterLast(request: Request, run: string): number {
  const last = request.headers.get('last-event-id')
  const [, lastRun, number] = /^(.*)-(\d+)$/.exec(last ?? '') ?? []
  return lastRun === run ? Number(number) : 0
}

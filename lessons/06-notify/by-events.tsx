// 1. Server-sent events: one answer that does not end.
import { type Context, Elysia, sse } from 'elysia'

import type { Change } from './changes'
import { cutSignal } from './cut'
import type { Mailing } from './mailing'
import { find } from './mailings'
import { Lost, Progress } from './progress'
import { sentenceOf } from './words'

type Asked = Pick<Context, 'headers' | 'request' | 'server'> & {
  params: { id: string }
}

export const byEvents = new Elysia({ name: 'by-events' })
  .get('/mailings/:id/events', (asked) => follow(asked, true))
  // As it is not done: who comes late does not see how it stands.
  .get('/mailings/:id/changes', (asked) => follow(asked, false))

async function* follow(asked: Asked, isStateFirst: boolean) {
  const { headers, params, request, server } = asked
  // The answer begins here. Who loses it comes back this soon (ms).
  yield sse({ retry: 500 })
  const mailing = find(params.id)
  if (!mailing) {
    yield sse({ data: <Lost /> })
    yield sse({ event: 'over' })
    return
  }
  server?.timeout(request, 0) // a mailing may be silent for long
  const { changes } = mailing
  // What the visitor has seen last, if that is not too long ago.
  let id = Number(headers['last-event-id'] ?? -1)
  if (!changes.reachBackTo(id)) {
    // State first, then what comes after that state.
    const state = changes.now
    id = state.id
    if (isStateFirst) yield asMessage(mailing, state)
  }
  const signal = AbortSignal.any([request.signal, cutSignal()])
  for await (const change of changes.after(id, signal))
    yield asMessage(mailing, change)
  if (changes.isOver) yield asEnd(mailing)
}

/** htmx puts what has no name of its own into the page. */
function asMessage(mailing: Mailing, change: Change) {
  const data = <Progress mailing={mailing} change={change} />
  return sse({ id: String(change.id), data })
}

/** Named: an event in the browser. The pop-up listens for it. */
function asEnd(mailing: Mailing) {
  const data = { words: sentenceOf(mailing) }
  return sse({ event: 'over', data })
}

/** What listens. With "over", it is closed for good. */
export function Events({ id, first }: { id: string; first: string }) {
  const stream = first ? 'changes' : 'events'
  return (
    <div
      id="events"
      hx-sse:connect={`/mailings/${id}/${stream}`}
      hx-sse:close="over"
      hx-target="find output"
      hx-swap="innerMorph"
    >
      <p class="quiet" data-connection />
      <output />
    </div>
  )
}

// 2. WebSocket: both sides speak, so the visitor can pause and cancel.
import { Elysia, t } from 'elysia'
import type { ElysiaWS } from 'elysia/ws'

import { cutSignal } from './cut'
import { find } from './mailings'
import { Lost } from './progress'
import { SocketPanel } from './socket-panel'

// htmx adds headers to what its buttons send.
const command = t.Object(
  { do: t.UnionEnum(['pause', 'goOn', 'cancel']) },
  { additionalProperties: true },
)

const leaving = new Map<string, AbortController>()

export const bySocket = new Elysia({ name: 'by-socket' }).ws(
  '/mailings/:id/socket',
  {
    body: command,
    idleTimeout: 0,
    open: (ws) => void speak(ws, ws.data.params.id),
    message: (ws, message) => find(ws.data.params.id)?.[message.do](),
    close: ({ id }) => leaving.get(id)?.abort(),
    error: () => 'We understand pause, goOn and cancel.',
  },
)

/** No Last-Event-ID here: who comes back gets the state again. */
async function speak(ws: ElysiaWS, id: string) {
  const mailing = find(id)
  if (!mailing) {
    ws.send(<Lost />)
    return ws.close(1000)
  }
  const left = new AbortController()
  leaving.set(ws.id, left)
  const cut = cutSignal()
  const signal = AbortSignal.any([left.signal, cut])
  const { changes } = mailing
  const state = changes.now
  ws.send(<SocketPanel mailing={mailing} change={state} />)
  for await (const change of changes.after(state.id, signal))
    ws.send(<SocketPanel mailing={mailing} change={change} />)
  leaving.delete(ws.id)
  if (cut.aborted) ws.terminate()
  else ws.close(1000) // a good end: nobody comes back
}

export function Socket({ id }: { id: string }) {
  const address = `/mailings/${id}/socket`
  return <div hx-ws:connect={address} hx-swap="innerMorph" />
}

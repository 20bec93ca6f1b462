import { Elysia, t } from 'elysia'

import { Events } from './by-events'
import { Popup } from './by-popup'
import { Socket } from './by-socket'
import { Webhook } from './by-webhook'

const panels = {
  events: Events,
  socket: Socket,
  webhook: Webhook,
}

const off = <p class="quiet">Off.</p>

/** What a box switches on. Without it, the connection is closed. */
export const ways = new Elysia({ name: 'ways' }).get(
  '/mailings/:id/ways/:way',
  ({ params: { id, way }, query }) => {
    const Panel = panels[way]
    if (!query.on) return off
    return <Panel id={id} first={query.first ?? ''} />
  },
  {
    params: t.Object({
      id: t.String(),
      way: t.UnionEnum(['events', 'socket', 'webhook']),
    }),
    query: t.Object({
      on: t.Optional(t.String()),
      first: t.Optional(t.Literal('change')),
    }),
  },
)

type Options = { id: string; first: string }

export function Ways({ id, first }: Options) {
  const which = { id, first }
  return (
    <div class="ways">
      <Way {...which} way="events" title="Server-sent events" isOn />
      <Way {...which} way="socket" title="WebSocket" />
      <Way {...which} way="webhook" title="Webhook" />
      <Popup id={id} />
    </div>
  )
}

type WayOptions = Options & {
  way: keyof typeof panels
  title: string
  isOn?: boolean
}

function Way({ id, first, way, title, isOn = false }: WayOptions) {
  const Panel = panels[way]
  const address = `/mailings/${id}/ways/${way}`
  return (
    <section class="way">
      <h2>
        <label class="check">
          <input
            type="checkbox"
            name="on"
            autocomplete="off"
            checked={isOn}
            hx-get={first ? `${address}?first=${first}` : address}
            hx-target={`#${way}-panel`}
          />
          <span safe>{title}</span>
        </label>
      </h2>
      <div id={`${way}-panel`}>
        {isOn ? <Panel id={id} first={first} /> : off}
      </div>
    </section>
  )
}

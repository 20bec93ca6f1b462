/**
 * The lanes on a page: `<section id="lanes" hx-sse:connect="/events">`, with `data-present` for a projector. htmx and its
 * extension for server-sent events connect it.
 */
import { Lanes } from './live'
import { type Show, showOfHash } from './show'

const section = document.querySelector<HTMLElement>('#lanes')
if (section) start(section)

function start(place: HTMLElement): void {
  const lanes = new Lanes(place)
  const follow = () => {
    const show = showOfHash(location.hash)
    if (show) lanes.show(show)
  }
  addEventListener('hashchange', follow)
  follow()
  document.addEventListener('lanes:show', (event) =>
    lanes.show((event as CustomEvent<Show>).detail),
  )
  document.addEventListener('lanes:proofs', (event) =>
    lanes.number((event as CustomEvent<Show[]>).detail),
  )
}

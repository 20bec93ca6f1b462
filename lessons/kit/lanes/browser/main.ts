/** The lanes on a page: `<section id="lanes" data-events="/events">`, with `data-present` for a projector. */
import { Lanes } from './live'
import { type Show, showOfHash } from './show'

const section = document.querySelector<HTMLElement>('#lanes[data-events]')
if (section) start(section, section.dataset.events ?? '')

function start(place: HTMLElement, address: string): void {
  const lanes = new Lanes(place, new EventSource(address))
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

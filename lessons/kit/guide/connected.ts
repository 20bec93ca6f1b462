/** How a page hears of changes: htmx and its extension for server-sent events connect what has these attributes. */

/** A failed first request is made again at `again`. */
export function connectedTo(address: string) {
  return { 'hx-sse:connect': address, 'hx-trigger': 'load, again', 'hx-swap': 'none' }
}

/** What a learner has opened or picked, or which file is shown, is theirs: an update leaves it. */
export const htmxConfig = JSON.stringify({
  sse: { reconnectMaxDelay: 2_000 },
  morphIgnore: ['data-htmx-powered', 'open', 'hidden', 'aria-selected', 'tabindex'],
})

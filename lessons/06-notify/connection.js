// In the browser: says how it is with the stream of events.
const say = ({ target }, words) => {
  const line = target.querySelector('[data-connection]')
  if (line) line.textContent = words
}

document.addEventListener('htmx:sse:after:connection', (event) => {
  const { lastEventId } = event.detail.connection
  const after = lastEventId ? ` again, after change ${lastEventId}` : ''
  say(event, `Connected${after}.`)
})

document.addEventListener('htmx:sse:before:connection', (event) => {
  const { attempt } = event.detail.connection
  if (attempt > 0) say(event, 'Connection lost. We try again.')
})

document.addEventListener('htmx:sse:close', (event) => {
  const isOver = event.detail.reason === 'message'
  say(event, isOver ? 'Over: the connection is closed.' : '')
})

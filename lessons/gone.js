// In the browser, on every page of a lesson: says that the server is
// gone, instead of showing for ever what was true before.
const notice = document.querySelector('#gone')

// htmx says so when a request gets no answer at all.
document.addEventListener('htmx:error', ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) show(true)
})
document.addEventListener('htmx:after:request', () => show(false))

// A stream that ends is no trouble; one that cannot be opened again is.
document.addEventListener('htmx:sse:error', ({ detail }) => {
  if (!detail.status) show(true)
})
document.addEventListener('htmx:sse:after:connection', () => show(false))

// Not every page asks for something all the time: so it asks when
// somebody comes back to it, from the terminal maybe.
addEventListener('focus', () => {
  fetch('/gone.js', { cache: 'no-store' }).then(
    () => show(false),
    () => show(true),
  )
})

function show(isGone) {
  notice.hidden = !isGone
  document.body.classList.toggle('gone', isGone)
}

// In the browser: shows the app again when it is back, and another page
// of the lesson when one is picked.
const frame = document.querySelector('iframe[name=app]')
let readySince = {}

// When each process began to listen: at first, and with every change.
document.addEventListener('ready', ({ detail }) => {
  readySince = JSON.parse(detail.data)
  const since = readySince[frame?.dataset.process]
  if (since !== undefined && String(since) !== frame.dataset.since) load()
})

for (const page of document.querySelectorAll('.pages a'))
  page.addEventListener('click', (event) => {
    event.preventDefault()
    for (const other of document.querySelectorAll('.pages a')) other.removeAttribute('aria-current')
    page.setAttribute('aria-current', 'true')
    frame.dataset.process = page.dataset.process
    frame.dataset.url = page.href
    load()
  })

function load() {
  frame.dataset.since = readySince[frame.dataset.process] ?? ''
  frame.src = frame.dataset.url
}

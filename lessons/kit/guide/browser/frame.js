// In the browser: shows the app when it is there, and again when it is
// back, and another page of the lesson when one is picked.
const pages = [...document.querySelectorAll('.pages a')]
let readySince = {}

// When each process began to listen: at first, and with every change.
document.addEventListener('ready', ({ detail }) => {
  readySince = JSON.parse(detail.data)
  const frame = findFrame()
  const since = readySince[frame.dataset.process]
  if (since === undefined || String(since) === frame.dataset.since) return
  frame.dataset.since = since
  // The address it has is the one it began with.
  if (frame.isConnected) frame.src = frame.getAttribute('src')
  else document.querySelector('.app template').previousElementSibling.replaceWith(frame)
})

for (const page of pages)
  page.addEventListener('click', (event) => {
    const frame = findFrame()
    event.preventDefault()
    for (const other of pages) other.removeAttribute('aria-current')
    page.setAttribute('aria-current', 'true')
    frame.dataset.process = page.dataset.process
    frame.dataset.since = readySince[page.dataset.process] ?? ''
    frame.src = page.href
  })

// Until the app listens, it is in a template: a frame would show an error.
function findFrame() {
  return (
    document.querySelector('iframe[name=app]') ??
    document.querySelector('.app template').content.querySelector('iframe')
  )
}

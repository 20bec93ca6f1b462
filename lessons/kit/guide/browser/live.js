// In the browser: hears what changes, and says so to the other scripts
// and to htmx. Says that the guide is gone, instead of showing for ever
// what was true before.
const state = document.querySelector('.state')
const names = ['run', 'state', 'ready', 'check', 'saved', 'happened', 'last', 'terminal']
let source
let lastId = ''
/** What is said while the guide is gone. */
let gone = ''

connect()

// A browser allows six connections to a server, hidden tabs included.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source.close()
  else connect()
})

function connect() {
  source?.close()
  source = new EventSource(`/live?after=${encodeURIComponent(lastId)}`)
  for (const name of names)
    source.addEventListener(name, ({ data, lastEventId }) => {
      lastId = lastEventId || lastId
      document.body.dispatchEvent(new CustomEvent(name, { detail: { data }, bubbles: true }))
    })
  source.addEventListener('error', lose)
}

function lose() {
  // It tries again by itself, unless it was refused.
  if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2_000)
  if (!gone) setGone(`✗ not running since ${new Date().toLocaleTimeString('en-GB')}`)
  // An answer that was under way may have come since.
  if (state.textContent === gone) return
  const words = document.createElement('b')
  words.className = 'bad'
  words.textContent = gone
  state.replaceChildren(words)
}

// Another run of the program may be another lesson.
document.addEventListener('run', ({ detail }) => {
  if (detail.data !== document.body.dataset.run) location.reload()
  setGone('')
})

// On a narrow screen: the newest request, which leads to the lanes.
document.addEventListener('last', ({ detail }) => {
  const row = document.querySelector('#last')
  const [name, words] = row.children
  const last = JSON.parse(detail.data)
  row.hidden = false
  name.textContent = last.name
  words.textContent = last.words
  words.className = last.state
})

// 'good', 'bad' or 'busy': the tabs of the check show it.
document.addEventListener('check', ({ detail }) => {
  document.body.dataset.check = detail.data
})

function setGone(words) {
  gone = words
  document.body.classList.toggle('gone', words !== '')
}

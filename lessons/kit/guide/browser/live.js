// In the browser: htmx hears what changes, and says it on the page. This
// says that the guide is gone, instead of showing for ever what was true
// before.
const state = document.querySelector('.state')
const connected = '[hx-sse\\:connect]'
// Its stream says whether the guide is there. That of the lanes may be cut alone.
const main = document.querySelector('main')
// What is said while the guide is gone.
let gone = ''

document.addEventListener('htmx:sse:error', lose)

// htmx asks again for a stream that it had: one that was never there is
// asked for from here.
for (const name of ['htmx:error', 'htmx:response:error'])
  document.addEventListener(name, ({ target }) => {
    if (!target.matches(connected)) return
    lose({ target })
    setTimeout(() => target.dispatchEvent(new Event('again')), 2_000)
  })

// An answer that was under way when the guide went knows nothing of it.
document.addEventListener('htmx:after:swap', ({ target }) => {
  if (gone && target === state) say()
})

function lose({ target }) {
  if (gone || target !== main) return
  setGone(`✗ not running since ${new Date().toLocaleTimeString('en-GB')}`)
  say()
}

function say() {
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
  const [name, code, words] = row.children
  const last = JSON.parse(detail.data)
  row.hidden = false
  name.textContent = last.name
  code.textContent = last.code
  words.textContent = last.words
  words.className = `said ${last.state}`
})

// 'good', 'bad' or 'busy': the tabs of the check show it.
document.addEventListener('check', ({ detail }) => {
  document.body.dataset.check = detail.data
})

function setGone(words) {
  gone = words
  document.body.classList.toggle('gone', words !== '')
}

// In the browser: says what the last check said, and that the guide is
// gone, instead of showing for ever what was true before.
const check = document.querySelector('.check')
const state = document.querySelector('.state')
let isGone = false

document.addEventListener('check', ({ detail }) => {
  check.textContent = detail.data
})

// Another run of the program may be another lesson.
document.addEventListener('run', ({ detail }) => {
  if (detail.data !== document.body.dataset.run) location.reload()
  else if (isGone) document.body.dispatchEvent(new CustomEvent('state'))
  setGone(false)
})

document.addEventListener('htmx:sse:error', () => {
  if (isGone) return
  setGone(true)
  const words = document.createElement('b')
  words.className = 'bad'
  const clock = new Date().toLocaleTimeString('en-GB')
  words.textContent = `✗ not running since ${clock}`
  state.replaceChildren(words)
})

function setGone(value) {
  isGone = value
  document.body.classList.toggle('gone', value)
}

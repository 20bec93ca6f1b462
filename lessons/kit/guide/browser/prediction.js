// In the browser: keeps a guess through a reload, and leads from a disc
// to its place in the lanes.
const prediction = document.querySelector('#prediction')
const key = `guess-${prediction.querySelector('fieldset').dataset.lesson}`
const guess = sessionStorage.getItem(key)
if (guess !== null) {
  const option = prediction.querySelector(`input[value="${CSS.escape(guess)}"]`)
  if (option) option.checked = true
}

prediction.addEventListener('change', ({ target }) => sessionStorage.setItem(key, target.value))

// The discs have the same numbers in the lanes, now and after an update.
document.addEventListener('DOMContentLoaded', number)
document.addEventListener('htmx:after:swap', number)

prediction.addEventListener('click', (event) => {
  const disc = event.target.closest('[data-show]')
  if (!disc) return
  event.preventDefault()
  tell('guide:front', 'lanes')
  tell('lanes:show', JSON.parse(disc.dataset.show))
})

let numbered = ''

function number() {
  const discs = [...prediction.querySelectorAll('[data-show]')]
  const shown = `[${discs.map((disc) => disc.dataset.show).join()}]`
  if (shown === numbered) return
  numbered = shown
  tell('lanes:proofs', JSON.parse(shown))
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }))
}

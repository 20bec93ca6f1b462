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

prediction.addEventListener('click', (event) => {
  const disc = event.target.closest('[data-show]')
  if (!disc) return
  event.preventDefault()
  document.dispatchEvent(new CustomEvent('guide:front', { detail: 'lanes' }))
  document.querySelector('#lanes').dispatchEvent(
    new CustomEvent('lanes:show', {
      bubbles: true,
      detail: JSON.parse(disc.dataset.show),
    }),
  )
})

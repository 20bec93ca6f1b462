// In the browser, beside an exercise: what a press of a button has brought
// is what one reads next, so it has the focus.
let pressed

document.addEventListener('click', ({ target }) => {
  pressed = target.closest('button[hx-post^="/exercise/"]')?.closest('.panel')
})

document.addEventListener('htmx:after:swap', ({ detail }) => {
  // What the terminal has opened comes in between, and is no answer.
  if (detail.ctx.request?.method !== 'POST') return
  const news = pressed?.querySelector('[data-focus]') ?? pressed?.querySelector('button')
  if (!pressed?.isConnected) return
  pressed = undefined
  news?.focus()
})

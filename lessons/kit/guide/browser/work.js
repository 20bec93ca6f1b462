// In the browser, beside an exercise: what a press of a button has brought
// is what one reads next, so it has the focus.
let pressed

document.addEventListener('click', ({ target }) => {
  pressed = target.closest('button[hx-post^="/exercise/"]')?.closest('.panel')
})

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  // What a save or a check changes comes at any time, and is no answer to a press.
  if (ctx.request?.method !== 'POST' || !pressed?.contains(ctx.target)) return
  const news = pressed.querySelector('[data-focus]') ?? pressed.querySelector('button')
  pressed = undefined
  news?.focus()
})

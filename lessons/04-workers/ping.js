// Draws how long each answer takes; also the one that is awaited.
const figure = document.querySelector('#ping-now')
const longest = document.querySelector('#ping-longest')
const chart = document.querySelector('#pings')
const slow = 100 // milliseconds; from here on, a visitor notices

let worst = 0
let pressed = 0

// Each press is a measurement of its own.
document.addEventListener('click', ({ target }) => {
  if (!target.closest('button')) return
  pressed = performance.now()
  worst = 0
})

async function keepAsking() {
  for (;;) {
    const asked = performance.now()
    const bar = chart.appendChild(document.createElement('i'))
    if (chart.children.length > 60) chart.firstElementChild.remove()
    const clock = setInterval(() => draw(bar, asked), 50)
    const isThere = await fetch('/ping').then(
      () => true,
      () => false,
    )
    clearInterval(clock)
    draw(bar, asked)
    if (!isThere) figure.textContent = 'no answer'
    await new Promise((next) => setTimeout(next, isThere ? 100 : 1000))
  }
}

function draw(bar, asked) {
  const time = performance.now()
  const waited = time - asked
  worst = Math.max(worst, time - Math.max(asked, pressed))
  show(figure, waited)
  show(longest, worst)
  bar.style.height = `${Math.min(100, 4 + waited / 10)}%`
  bar.classList.toggle('slow', waited >= slow)
}

function show(element, milliseconds) {
  element.textContent = `${Math.round(milliseconds)} ms`
  element.classList.toggle('slow', milliseconds >= slow)
}

void keepAsking()

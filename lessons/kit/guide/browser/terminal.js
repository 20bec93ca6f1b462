// In the browser: adds what the lesson prints, as text. Colours are
// classes; nothing that is printed is read as HTML.
const printed = document.querySelector('#printed')
const most = 1_000

document.addEventListener('terminal', ({ detail }) => {
  const isAtEnd = printed.scrollTop + printed.clientHeight > printed.scrollHeight - 30
  printed.append(...JSON.parse(detail.data).map(lineOf))
  while (printed.childElementCount > most) printed.firstElementChild.remove()
  // Who has scrolled up is reading.
  if (isAtEnd) printed.scrollTop = printed.scrollHeight
})

function lineOf([name, stream, pieces]) {
  const line = document.createElement('span')
  line.className = stream === 'err' ? 'line from-errors' : 'line'
  line.append(
    piece(`${name.padEnd(Number(printed.dataset.width))} | `, 'cyan'),
    ...pieces.map(({ text, style }) => piece(text, style)),
  )
  return line
}

function piece(text, style) {
  if (!style) return text
  const span = document.createElement('span')
  span.className = style
  span.textContent = text
  return span
}

/**
 * A line of a terminal as pieces of text with the names of their colours. Only colours are read. Other escape codes and
 * control characters are left out: what is shown can neither move a cursor nor be taken for HTML.
 */

/** Class names: 'bold', 'red', 'bright-red'. */
export type Piece = { text: string; style: string }

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const switches = new Map([
  [1, 'bold'],
  [2, 'dim'],
  [3, 'italic'],
  [4, 'underline'],
])

/** Its numbers are kept by `split`, at every second place. */
const colourCode = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`)

export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = []
  const style: Style = { marks: new Set() }
  for (const [index, part] of line.split(colourCode).entries()) {
    if (index % 2 === 1) change(style, part)
    else {
      const text = withoutControls(part)
      if (text) pieces.push({ text, style: [...style.marks, style.colour ?? []].flat().join(' ') })
    }
  }
  return pieces
}

type Style = { marks: Set<string>; colour?: string | undefined }

function change(style: Style, codes: string): void {
  const numbers = codes.split(';').map(Number)
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0
    const mark = switches.get(code)
    // 256 and 16 million colours: their numbers behind the code are no codes.
    if (code === 38 || code === 48) index += numbers[index + 1] === 5 ? 2 : 4
    else if (code === 0) {
      style.marks.clear()
      style.colour = undefined
    } else if (mark) style.marks.add(mark)
    else if (code === 22) for (const weight of ['bold', 'dim']) style.marks.delete(weight)
    else if (code === 23 || code === 24) style.marks.delete(code === 23 ? 'italic' : 'underline')
    else if (code === 39) style.colour = undefined
    else if (code >= 30 && code <= 37) style.colour = colours[code - 30]
    else if (code >= 90 && code <= 97) style.colour = `bright-${colours[code - 90]}`
  }
}

/** Titles and links, cursors, all other sequences, and what turns the direction of a line. Tabs stay. */
function withoutControls(text: string): string {
  return Bun.stripANSI(text).replaceAll(/(?![\t\u200C\u200D])[\p{Cc}\p{Cf}]/gu, '')
}

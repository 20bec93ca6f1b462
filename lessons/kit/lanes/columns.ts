/** Text in the columns of a terminal. */

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What a reader takes for one letter, marks on it included. */
export function lettersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** How many columns a text takes: two for each wide letter. */
export function columns(text: string): number {
  return lettersOf(text).reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0)
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

/** Whole words on lines of `width` columns; a word that is longer is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    const line = lines.at(-1)
    if (line === undefined || columns(line) + 1 + columns(word) > width) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}

function pieces(word: string, width: number): string[] {
  const all: string[] = []
  let piece = ''
  for (const letter of lettersOf(word)) {
    if (columns(piece + letter) > width) {
      all.push(piece)
      piece = ''
    }
    piece += letter
  }
  return piece === '' ? all : [...all, piece]
}

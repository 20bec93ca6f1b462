/** Words on as many lines as they need: where it is narrow, an error is read whole or not at all. */
import { lettersOf } from '../columns'
import { shortError } from '../words'
import type { Part } from './picture'
import type { Fitted, Row } from './rows'
import type { Measure } from './view'

/** Letters of an error: more are for the details. */
const mostLetters = 240
/** Letters that stay together: where no blank is, a line is broken after so many. */
const longestPiece = 24

type Words = Pick<Row, 'name' | 'said' | 'error'>
type Piece = { part: Part; text: string; gap: string }

/** The name of a row and what became of it; `room` is that of a line, in pixels: less than all of it on the first. */
export function linesOf(
  row: Words,
  [first, others]: readonly [first: number, others: number],
  size: number,
  measure: Measure,
): Fitted[] {
  const lines: Piece[][] = [[]]
  for (const piece of [row.name, ...row.said].flatMap((part) => piecesOf(part, row))) {
    const line = lines.at(-1) ?? []
    const room = lines.length === 1 ? first : others
    if (line.length && widthOf([...line, piece], size, measure) > room) lines.push([piece])
    else line.push(piece)
  }
  return lines.map((line) => ({ parts: joined(line), width: widthOf(line, size, measure) }))
}

/** A name and a figure stay whole; an error is cut between its words. */
function piecesOf(part: Part, { name, error }: Words): Piece[] {
  const isError = error !== undefined && part.weight === 400 && part.tone === 'bad'
  if (!isError) return [{ part, text: part.text, gap: part === name ? '' : '  ' }]
  return shortError(error, mostLetters)
    .split(' ')
    .flatMap((word, index) => {
      const letters = lettersOf(word)
      return Array.from({ length: Math.ceil(letters.length / longestPiece) }, (_, piece) => ({
        part,
        text: letters.slice(piece * longestPiece, (piece + 1) * longestPiece).join(''),
        gap: piece ? '' : index ? ' ' : '  ',
      }))
    })
}

function joined(line: readonly Piece[]): Part[] {
  const parts: Part[] = []
  line.forEach(({ part, text, gap }, index) => {
    const last = parts.at(-1)
    const before = index ? gap : ''
    if (last && index && line[index - 1]?.part === part)
      parts[parts.length - 1] = { ...part, text: `${last.text}${before}${text}` }
    else parts.push({ ...part, text: `${before}${text}` })
  })
  return parts
}

function widthOf(line: readonly Piece[], size: number, measure: Measure): number {
  const width = joined(line).reduce((sum, { text, weight }) => sum + measure(text, weight, size), 0)
  return Math.ceil(width)
}

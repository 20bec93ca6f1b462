/**
 * What goes wrong in a lesson, as its learner reads it: one line with the sentence and its place in the learner's file,
 * in place of a trace and somebody else's source.
 */
import { relative } from 'node:path'

import { home } from './program'

/** From now on, errors that this process prints, or ends with, are lines that begin with `label`. */
export function explainErrors(label: string): void {
  const print = console.error
  console.error = (...words: unknown[]) => {
    const [first] = words
    const isReport =
      words.some((word) => word instanceof Error) || (typeof first === 'string' && mark.test(first))
    print(...(isReport ? [`${label}: ${asLine(words)}`] : words))
  }
  process.on('uncaughtException', endWith)
  process.on('unhandledRejection', endWith)
}

/** Prints what was thrown, and ends the process. */
export function endWith(thrown: unknown): never {
  console.error('[background]', thrown)
  process.exit(1)
}

/** An error as one line. What it names of this repository is named from its root. */
export function sentenceOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return sentenceOf(thrown.errors[0])
  if (!(thrown instanceof Error))
    return typeof thrown === 'string' ? thrown : Bun.inspect(thrown, { compact: true })
  const { name, message } = thrown
  const isPlain = /^(Error|BuildMessage|ResolveMessage)$/.test(name)
  const sentence = (isPlain ? message : `${name}: ${message}`)
    .replaceAll(`${home}/`, '')
    .replaceAll(/\s*\n\s*/g, ' ')
  const place = placeOf(thrown)
  return `${sentence}${place ? ` (${place})` : ''}`
}

/** How the library begins what it prints. */
const mark = /^\[background\] ?/

function asLine(words: readonly unknown[]): string {
  return words
    .map((word) => sentenceOf(word).replace(mark, ''))
    .filter((word) => word !== '')
    .map((word, index) => (index < words.length - 1 ? word.replace(/:$/, '') : word))
    .join(': ')
}

/** File, line and column in the code of a lesson, if it went through that. */
function placeOf(error: Error): string | undefined {
  // The compiler's own words about a file that it cannot read.
  if (error instanceof BuildMessage || error instanceof ResolveMessage) {
    const { position } = error
    return position ? `${relative(home, position.file)}:${position.line}:${position.column}` : ''
  }
  // The lines of a compiled program are nobody's.
  if (Bun.isStandaloneExecutable) return undefined
  // What was thrown first is behind what was made of it.
  const { cause } = error
  const first = cause instanceof Error && cause !== error ? placeOf(cause) : undefined
  if (first) return first
  return [...(error.stack ?? '').matchAll(/^\s+at .*?\(?(\/[^()]+:\d+:\d+)\)?$/gm)]
    .map(([, place = '']) => relative(home, place))
    .find((place) => /^lessons\/(?!kit\/)/.test(place) && !place.includes('node_modules'))
}

/** What was thrown, as one sentence with its place in the learner's files, and without a stack trace. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'

import type { Place } from '../lanes/events'
import { commandLine, home } from '../program'
import { Broken } from './broken'
import type { Problem } from './messages'

/** A file of the exercise cannot be imported. */
export class LoadError extends Error {
  constructor(
    readonly file: string,
    override readonly cause: unknown,
  ) {
    super(`${file} cannot be loaded.`)
  }
}

export function explain(thrown: unknown, folder: string): Problem {
  if (thrown instanceof Broken) return { sentence: thrown.message, ...thrown.where }
  if (thrown instanceof LoadError) return explainLoading(thrown, folder)
  return withPlace(placeOf(thrown, folder), `ends with an error: ${inWords(thrown)}`)
}

/** What a task ended with. If it was thrown in the code of others, `added` is the place that is left. */
export function explainTask(thrown: unknown, folder: string, added?: Place): Problem {
  const problem = explain(thrown, folder)
  if (problem.place || !added) return problem
  return withPlace(added, `adds a task that ends with an error: ${inWords(thrown)}`)
}

/** Nobody is asked to throw these. */
export function isSlip(error: unknown): boolean {
  return [ReferenceError, TypeError, RangeError, SyntaxError].some((slip) => error instanceof slip)
}

/** What nobody caught. */
export function explainLoose(thrown: unknown, folder: string): Broken {
  const place = placeOf(thrown, folder)
  const { sentence } = withPlace(place, `leaves an error that nobody catches: ${inWords(thrown)}`)
  return new Broken(sentence, place ? { place } : {})
}

function explainLoading({ file, cause }: LoadError, folder: string): Problem {
  const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause
  const message = inWords(error)
  if (message.includes('react/jsx')) return { sentence: wrongFolder }
  if (error instanceof BuildMessage)
    return withPlace(placeOf(error, folder), `cannot be read: ${message}`)
  // Of a name or a file that is not there, Bun does not say who asks for it.
  const missing = /^Export named '(.+?)'|^Cannot find (?:module|package) '(.+?)'/.exec(message)
  const wanted = missing?.[1] ?? missing?.[2]
  if (wanted !== undefined) {
    const place = whereIs(wanted, folder, /\b(import|from)\b/)
    const what = missing?.[1] ? 'which is not exported there' : 'which is not there'
    return withPlace(place, `imports '${wanted}', ${what}.`, file)
  }
  return withPlace(placeOf(error, folder), `throws when it is loaded: ${message}`, file)
}

const wrongFolder =
  'JSX was taken for React, because Bun reads the tsconfig.json of the folder that it is started in. ' +
  'Start the exercise from the first folder of the kit, ' +
  `with ${commandLine('work')}.`

function withPlace(place: Place | undefined, what: string, file = 'The exercise'): Problem {
  const sentence = what.replace(/[^.?!]$/, '$&.')
  return place
    ? { sentence: `${place.file}:${place.line} ${sentence}`, place }
    : { sentence: `${file} ${sentence}` }
}

/** One line, files named from the root of the kit. */
export function inWords(thrown: unknown): string {
  const text =
    thrown instanceof Error &&
    !/^(Error|BuildMessage|ResolveMessage|SyntaxError)$/.test(thrown.name)
      ? `${thrown.name}: ${thrown.message}`
      : thrown instanceof Error
        ? thrown.message
        : Bun.inspect(thrown)
  return text.replaceAll(`${home}/`, '').replaceAll(/\s*\n\s*/g, ' ')
}

/** The line of the exercise that it came through, if it came through one. */
export function placeOf(thrown: unknown, folder: string): Place | undefined {
  if (thrown instanceof BuildMessage || thrown instanceof ResolveMessage) {
    const { position } = thrown
    return position ? { file: named(position.file), line: position.line } : undefined
  }
  return thrown instanceof Error ? placeInStack(thrown.stack ?? '', folder) : undefined
}

/** The first line of a stack that is in the folder; of files that somebody has written, before those that were given. */
export function placeInStack(stack: string, folder: string): Place | undefined {
  const places = [...stack.matchAll(/^\s+at .*?\(?(\/[^()]+?):(\d+):\d+\)?$/gm)]
    .filter(([, file = '']) => file.startsWith(`${folder}/`))
    .map(([, file = '', line]) => ({ file: named(file), line: Number(line) }))
  return places.find((place) => !isGiven(place)) ?? places[0]
}

/** Whether it is in a file that is as it was at the start. A check knows from START in which folder that is. */
export function isGiven({ file }: Place, start = Bun.env.START): boolean {
  if (start === undefined) return false
  // Either may be missing: a file of the learner's own, or one that was deleted meanwhile.
  const files = [join(start, basename(file)), resolve(home, file)]
  const [given, present] = files.map((path) => existsSync(path) && readFileSync(path, 'utf8'))
  return given !== false && given === present
}

/** The first line of the folder that has the word, one that also looks like `context` before others. */
export function whereIs(word: string, folder: string, context: RegExp): Place | undefined {
  const lines = readdirSync(folder)
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name)
      const texts = readFileSync(file, 'utf8').split('\n')
      return texts.map((text, index) => ({ text, place: { file: named(file), line: index + 1 } }))
    })
    .filter(({ text }) => has(text, word))
  return (lines.find(({ text }) => context.test(text)) ?? lines[0])?.place
}

function has(line: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${RegExp.escape(word)}(?![\\w$])`).test(line)
}

/** A file as a place names it: from the root of the kit. */
export function named(file: string): string {
  const path = relative(home, file)
  return path.startsWith('..') ? file : path
}

/** What a person has typed and meant otherwise: said in one sentence, with the command that was probably meant. */
import { type Lesson, lessons } from '../index'
import { commandLine } from './program'

export class Mistake extends Error {
  override name = 'Mistake'

  constructor(sentence: string, instead: string) {
    super(`${sentence} Try: ${instead}`)
  }
}

/** Reads the number of a lesson, as an argument of `verb`. */
export function lessonFor(verb: string): (wanted: string) => Lesson {
  return (wanted) => {
    const lesson = lessons.find(({ number }) => String(number) === wanted)
    if (lesson) return lesson
    throw noLesson(`There is no lesson ${wanted}.`, verb, wanted)
  }
}

export function noLesson(problem: string, verb: string, wanted: string): Mistake {
  const numbers = lessons.map(({ number }) => number).join(', ')
  return new Mistake(
    `${problem} The lessons are ${numbers}.`,
    commandLine(verb, nearestLesson(wanted)),
  )
}

/** The lesson that was probably meant: by its number, by a word of its title, or else the first one. */
export function nearestLesson(wanted: string): number {
  const digits = Number(wanted.match(/\d+/)?.[0] ?? Number.NaN)
  const byDistance = lessons.toSorted((a, b) => distance(a.number) - distance(b.number))
  const byTitle = lessons.filter(({ title, slug }) => hasWord(`${title} ${slug}`, wanted))
  const nearest = Number.isNaN(digits) ? byTitle[0] : byDistance[0]
  return nearest?.number ?? 1

  function distance(number: number): number {
    return Math.abs(number - digits)
  }
}

function hasWord(text: string, wanted: string): boolean {
  return wanted !== '' && text.toLowerCase().includes(wanted.toLowerCase())
}

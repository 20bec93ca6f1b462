import { styleText } from 'node:util'

import type { Lesson } from '../../index'
import { hintsOf } from '../hints'
import { lessonFor, Mistake } from '../mistake'
import { say, wrapped } from '../output'
import { commandLine } from '../program'
import { exits, type Verb } from './verb'

export const hint: Verb = (kit) =>
  void kit
    .command('hint')
    .summary('show a hint for an exercise: one, two or three')
    .description('Shows hints for the exercise of a lesson. Each says more than the one before.')
    .argument('<lesson>', 'its number, 1 to 6', lessonFor('hint'))
    .argument('[count]', 'how many of them', '1')
    .action(
      exits((lesson: Lesson, count: string) => say(hintsAsText(lesson, readCount(lesson, count)))),
    )

/** The first `count` hints, and how to see the next. */
export function hintsAsText(lesson: Lesson, count: number): string {
  const hints = hintsOf(lesson)
  const shown = hints.slice(0, count).map((_, index) => hintAsText(hints, index + 1))
  if (hints.length === 0) return `Lesson ${lesson.number} has no hints.`
  const next =
    count < hints.length
      ? `The next one: ${commandLine('hint', lesson.number, count + 1)}`
      : `That is the last one. What is left: ${commandLine('diff', lesson.number)}`
  return [...shown, next].join('\n\n')
}

/** Hint number `number`, under its heading. */
export function hintAsText(hints: readonly string[], number: number): string {
  const heading = styleText('bold', `Hint ${number} of ${hints.length}`)
  return `${heading}\n${wrapped(hints[number - 1] ?? '')}`
}

function readCount(lesson: Lesson, count: string): number {
  const { length } = hintsOf(lesson)
  if (/^\d+$/.test(count) && Number(count) >= 1 && Number(count) <= length) return Number(count)
  const nearest = Math.min(Math.max(Number.parseInt(count) || 1, 1), length)
  throw new Mistake(
    `Lesson ${lesson.number} has ${length} hints, and no ${count}.`,
    commandLine('hint', lesson.number, nearest),
  )
}

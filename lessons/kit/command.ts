/** What `lesson` does with its arguments. Answers with the exit code. */
import { styleText } from 'node:util'

import { lessons } from '../index'
import { lessonCommandLine } from './program'
import { runLesson } from './run'

export async function lessonCommand(args: readonly string[]): Promise<number> {
  const [wanted, surplus] = args
  if (wanted === undefined) return list()
  if (surplus !== undefined) return refuse(`One lesson at a time, got ${args.join(' ')}.`, wanted)
  const lesson = lessons.find(({ number }) => String(number) === wanted)
  return lesson ? runLesson(lesson) : refuse(`There is no lesson ${wanted}.`, wanted)
}

function list(): number {
  const longest = Math.max(...lessons.map(({ title }) => title.length))
  console.log(styleText('bold', 'Background tasks for Bun and Elysia\n'))
  for (const { number, title, minutes } of lessons)
    console.log(`  ${number}  ${title.padEnd(longest)}  ${minutes} minutes`)
  console.log(`\nNext: ${lessonCommandLine(1)}`)
  return 0
}

function refuse(problem: string, wanted: string): number {
  const numbers = lessons.map(({ number }) => number).join(', ')
  console.error(`${problem} The lessons are ${numbers}. Try: ${lessonCommandLine(nearest(wanted))}`)
  return 2
}

/** The lesson that was probably meant: by its number, by a word of its title, or else the first one. */
function nearest(wanted: string): number {
  const digits = Number(wanted.match(/\d+/)?.[0] ?? Number.NaN)
  const byDistance = lessons.toSorted((a, b) => distance(a.number) - distance(b.number))
  const byTitle = lessons.filter(({ title, slug }) => hasWord(`${title} ${slug}`, wanted))
  const nearestLesson = Number.isNaN(digits) ? byTitle[0] : byDistance[0]
  return nearestLesson?.number ?? 1

  function distance(number: number): number {
    return Math.abs(number - digits)
  }
}

function hasWord(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted.toLowerCase())
}

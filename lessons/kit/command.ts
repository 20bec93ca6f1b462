/** What the verbs do with their arguments. Answers with the exit code: 0, 1 if a lesson failed, 2 for a wrong command. */
import { styleText } from 'node:util'

import { lessons } from '../index'
import { printLicences } from './licences'
import { print } from './output'
import { lessonCommandLine } from './program'
import { runLesson } from './run'

const help = ['help', '--help', '-h']

export async function kitCommand(
  verb: string | undefined,
  args: readonly string[],
): Promise<number> {
  if (verb === undefined || help.includes(verb)) return list()
  if (verb === 'eject') return (await import('./eject/eject')).ejectCommand(args)
  if (verb === 'share') return (await import('./share/share')).shareCommand(args)
  if (verb === '--version' || verb === '-V') return say((await import('./version')).versionText())
  if (verb === 'lesson') return lessonCommand(args)
  if (verb === 'licences' || verb === 'licenses') return printLicences()
  return refuse(`There is no verb ${verb}; there is lesson.`, [verb, ...args].join(' '))
}

async function lessonCommand(args: readonly string[]): Promise<number> {
  const [wanted, surplus] = args
  if (wanted === undefined || help.includes(wanted)) return list()
  if (surplus !== undefined) return refuse(`One lesson at a time, got ${args.join(' ')}.`, wanted)
  const lesson = lessons.find(({ number }) => String(number) === wanted)
  return lesson ? runLesson(lesson) : refuse(`There is no lesson ${wanted}.`, wanted)
}

async function list(): Promise<number> {
  const longest = Math.max(...lessons.map(({ title }) => title.length))
  const lines = lessons.map(
    ({ number, title, minutes }) => `  ${number}  ${title.padEnd(longest)}  ${minutes} minutes`,
  )
  const heading = styleText('bold', 'Background tasks for Bun and Elysia')
  const next = `Next: ${lessonCommandLine(1)}`
  return say([heading, '', ...lines, '', next].join('\n'))
}

async function say(text: string): Promise<number> {
  const trouble = await print(text)
  if (trouble) console.error(trouble)
  return trouble ? 1 : 0
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

/** How two folders of a lesson differ, readable without colours too. */
import { styleText } from 'node:util'

import { structuredPatch } from 'diff'

import type { Lesson } from '../index'
import { commandLine } from './program'
import { isKept } from './replace'
import { folderOf, nameOf, type Part, readTexts } from './workspace'

/** From the exercise to the solution; or from the start files to the exercise. */
export async function differenceAsText(
  lesson: Lesson,
  other: Exclude<Part, 'exercise'>,
): Promise<string> {
  const [from, to] =
    other === 'start' ? (['start', 'exercise'] as const) : (['exercise', 'solution'] as const)
  const [old, recent] = await Promise.all([
    readTexts(folderOf(lesson, from)),
    readTexts(folderOf(lesson, to)),
  ])
  const files = [...new Set([...old.keys(), ...recent.keys()])].filter((file) => !isKept(file))
  const parts = files.toSorted().flatMap((file) => {
    const lines = linesOf(old.get(file) ?? '', recent.get(file) ?? '')
    return lines.length > 0 ? [[styleText('bold', nameOf(lesson, 'exercise', file)), ...lines]] : []
  })
  if (parts.length === 0) return sayEqual(lesson, other)
  const legend = `${removed(`- ${names[from]}`)}   ${added(`+ ${names[to]}`)}`
  return [legend, ...parts.map((lines) => lines.join('\n'))].join('\n\n')
}

const names = { start: 'start', exercise: 'exercise', solution: 'solution' }

function linesOf(from: string, to: string): string[] {
  const { hunks } = structuredPatch('', '', from, to, '', '', {
    context: 3,
    stripTrailingCr: true,
  })
  return hunks.flatMap(({ newStart, lines }) => [
    styleText('dim', `line ${newStart}`),
    ...lines.filter((line) => !line.startsWith('\\')).map(colour),
  ])
}

function colour(line: string): string {
  if (line.startsWith('-')) return removed(line)
  return line.startsWith('+') ? added(line) : line
}

function removed(text: string): string {
  return styleText('red', text)
}

function added(text: string): string {
  return styleText('green', text)
}

function sayEqual(lesson: Lesson, other: 'start' | 'solution'): string {
  return other === 'start'
    ? `Nothing is changed yet. Next: ${commandLine('work', lesson.number)}`
    : `The exercise is the solution, letter by letter. Next: ${commandLine('check', lesson.number)}`
}

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
  const differences = await differencesBetween(folderOf(lesson, from), folderOf(lesson, to))
  const parts = differences.map(({ file, hunks }) => [
    styleText('bold', nameOf(lesson, 'exercise', file)),
    ...hunks.flatMap(({ newLine, lines }) => [
      styleText('dim', `line ${newLine}`),
      ...lines.map(colour),
    ]),
  ])
  if (parts.length === 0) return sayEqual(lesson, other)
  const legend = `${removed(`- ${names[from]}`)}   ${added(`+ ${names[to]}`)}`
  return [legend, ...parts.map((lines) => lines.join('\n'))].join('\n\n')
}

const names = { start: 'start', exercise: 'exercise', solution: 'solution' }

/** Each line begins with what became of it: '-' it went, '+' it came, ' ' it is in both. */
export type Hunk = { oldLine: number; newLine: number; lines: string[] }

/** The files that differ, by their names in the folders. */
export async function differencesBetween(
  from: string,
  to: string,
): Promise<{ file: string; hunks: Hunk[] }[]> {
  const [old, recent] = await Promise.all([readTexts(from), readTexts(to)])
  const files = [...new Set([...old.keys(), ...recent.keys()])].filter((file) => !isKept(file))
  return files
    .toSorted()
    .map((file) => ({ file, hunks: hunksOf(old.get(file) ?? '', recent.get(file) ?? '') }))
    .filter(({ hunks }) => hunks.length > 0)
}

function hunksOf(from: string, to: string): Hunk[] {
  const { hunks } = structuredPatch('', '', from, to, '', '', {
    context: 3,
    stripTrailingCr: true,
  })
  return hunks.map(({ oldStart, newStart, lines }) => ({
    oldLine: oldStart,
    newLine: newStart,
    lines: lines.filter((line) => !line.startsWith('\\')),
  }))
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

/**
 * The files of an exercise. `start/` is how it begins, and nobody edits it. `exercise/` is the learner's: it is made from
 * that at the first need, and git does not look at it. `solution/` is one good answer.
 */
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'

import type { Lesson } from '../index'
import { Mistake } from './mistake'
import { home, lessonCommandLine } from './program'

export type Part = 'start' | 'exercise' | 'solution'

export function folderOf({ slug }: Lesson, part: Part): string {
  return join(home, 'lessons', slug, part)
}

/** As a person names it who stands in the first folder of the kit. */
export function nameOf(lesson: Lesson, part: Part, file = ''): string {
  return relative(home, join(folderOf(lesson, part), file))
}

/** Whether there is anything to work on: one compiled file may be alone. */
export function hasExercise(lesson: Lesson): boolean {
  return existsSync(folderOf(lesson, 'start'))
}

/** Makes the exercise if it is not there. Resolves with whether it had to. */
export async function ensureExercise(lesson: Lesson): Promise<boolean> {
  if (!hasExercise(lesson)) {
    const sentence = `${home} has no exercise for lesson ${lesson.number}: this works in the kit's own folder.`
    throw new Mistake(sentence, lessonCommandLine(lesson.number))
  }
  const exercise = folderOf(lesson, 'exercise')
  if ((await filesIn(exercise)).length > 0) return false
  // In one step: another command, in another terminal, must not meet half an exercise.
  const made = `${exercise}-${process.pid}~`
  await cp(folderOf(lesson, 'start'), made, { recursive: true })
  try {
    await rename(made, exercise)
    return true
  } catch {
    // That other command was quicker; or there are files which we do not know, and they stay.
    await cp(made, exercise, { recursive: true, force: false })
    return false
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

/** Whether the learner has changed anything yet. */
export async function isBegun(lesson: Lesson): Promise<boolean> {
  const [exercise, start] = await Promise.all([
    readTexts(folderOf(lesson, 'exercise')),
    readTexts(folderOf(lesson, 'start')),
  ])
  return exercise.size > 0 && (exercise.size !== start.size || !start.entries().every(isSame))

  function isSame([file, text]: [string, string]): boolean {
    return exercise.get(file) === text
  }
}

/** What is code or belongs to a page, by its path in the folder. Not: what an editor or a running program puts there. */
export async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true }).catch(() => [])
  return found.filter((path) => source.test(path) && !hidden.test(path)).toSorted()
}

/** The texts of those files. What cannot be read is not there: it may be about to be replaced. */
export async function readTexts(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const file of await filesIn(folder)) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(file, text)
  }
  return texts
}

const source = /\.(tsx?|jsx?|css|html|json|md)$/
const hidden = /(^|[\\/])(\.|node_modules)|~$/

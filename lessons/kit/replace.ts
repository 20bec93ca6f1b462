/** Puts the start files or the solution over an exercise, and loses nothing that a learner has written. */
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'

import type { Lesson } from '../index'
import { filesIn, folderOf, type Part, readTexts } from './workspace'

/** Resolves with the files under which is kept what was there. */
export async function replaceExercise(
  lesson: Lesson,
  from: Exclude<Part, 'exercise'>,
): Promise<string[]> {
  const exercise = folderOf(lesson, 'exercise')
  const [mine, wanted, start, solution] = await Promise.all([
    readTexts(exercise),
    readTexts(folderOf(lesson, from)),
    readTexts(folderOf(lesson, 'start')),
    readTexts(folderOf(lesson, 'solution')),
  ])
  const kept: string[] = []
  for (const [file, text] of mine) {
    const isOurs = text === start.get(file) || text === solution.get(file)
    if (isOurs && !wanted.has(file)) await rm(join(exercise, file))
    if (isOurs || text.trim() === '' || !wanted.has(file)) continue
    const name = freeName(exercise, file, from === 'start' ? 'reset' : 'solution')
    await copyFile(join(exercise, file), join(exercise, name))
    kept.push(name)
  }
  for (const file of wanted.keys()) {
    const target = join(exercise, file)
    await mkdir(dirname(target), { recursive: true })
    // In one step: whoever watches never sees half a file.
    await cp(join(folderOf(lesson, from), file), `${target}~`)
    await rename(`${target}~`, target)
  }
  return kept
}

/** Beside the file, and never over another: app.before-reset.tsx, app.before-reset-2.tsx and so on. */
function freeName(folder: string, file: string, verb: string): string {
  const { dir, name, ext } = parse(file)
  for (let count = 1; ; count++) {
    const candidate = join(dir, `${name}.before-${verb}${count === 1 ? '' : `-${count}`}${ext}`)
    if (!existsSync(join(folder, candidate))) return candidate
  }
}

/** Whether a file is one that was kept. */
export function isKept(file: string): boolean {
  return /\.before-(reset|solution)(-\d+)?\.\w+$/.test(file)
}

/** The files of an exercise without the kept ones. */
export async function ownFiles(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter((file) => !isKept(file))
}

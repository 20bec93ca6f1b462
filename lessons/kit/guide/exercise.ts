/** The exercise that somebody works on, as it is on disk now, and as the start files or the solution are beside it. */
import { join } from 'node:path'

import { named } from '../check/explain'
import { differencesBetween, type Hunk } from '../difference'
import { isKept } from '../replace'
import { folderOf, readTexts } from '../workspace'
import type { Progress } from './progress'
import { rank, type SourceFile, sourceFile } from './sources'

export type Exercise = {
  progress: Progress
  files: SourceFile[]
  /** From the start files to it; or from it to the solution, once somebody wants to see that. */
  differences: Difference[]
}

/** `id` is that of the learner's file. */
export type Difference = { name: string; id: string; hunks: Hunk[] }

export async function readExercise(progress: Progress): Promise<Exercise> {
  const { lesson, folder } = progress
  const other = progress.comparison === 'solution' ? 'solution' : 'start'
  const theirs = folderOf(lesson, other)
  const [texts, differences] = await Promise.all([
    readTexts(folder),
    other === 'start' ? differencesBetween(theirs, folder) : differencesBetween(folder, theirs),
  ])
  const own = (file: string, text: string) =>
    sourceFile(named(join(folder, file)), `exercise/${file}`, text)
  return {
    progress,
    files: [...texts]
      .filter(([file]) => !isKept(file))
      .map(([file, text]) => own(file, text))
      .toSorted((a, b) => rank(a.path) - rank(b.path)),
    differences: differences.map(({ file, hunks }) => ({ ...own(file, ''), hunks })),
  }
}

/** What is still to be done in a file: its line, and all words of the comment. */
export function marksIn({ text }: SourceFile): { line: number; words: string }[] {
  const lines = text.split('\n')
  return lines.flatMap((first, index) => {
    if (!/^\s*\/\/ TODO\b/.test(first)) return []
    const after = lines.slice(index + 1)
    const end = after.findIndex((line) => !/^\s*\/\/(?! TODO\b)/.test(line))
    const comment = [first, ...after.slice(0, end === -1 ? undefined : end)]
    const words = comment.map((line) => line.trim().replace(/^\/\/\s*/, '')).join(' ')
    return [{ line: index + 1, words }]
  })
}

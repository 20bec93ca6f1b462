import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { say } from '../output'
import { commandLine } from '../program'
import { replaceExercise } from '../replace'
import { ensureExercise, nameOf } from '../workspace'
import { exits, type Verb } from './verb'

export const reset: Verb = (kit) =>
  void kit
    .command('reset')
    .summary('begin an exercise anew; what was there is kept')
    .description(
      'Puts the start files of an exercise back. What was there is kept in a file beside each.',
    )
    .argument('<lesson>', 'its number, 1 to 6', lessonFor('reset'))
    .action(
      exits(async (lesson: Lesson) =>
        say(`${await resetExercise(lesson)}\nNext: ${commandLine('work', lesson.number)}`),
      ),
    )

/** Resolves with what to tell about it. */
export async function resetExercise(lesson: Lesson): Promise<string> {
  await ensureExercise(lesson)
  const kept = await replaceExercise(lesson, 'start')
  const hasData = lesson.number === 5 && (await forgetJobs())
  return [
    `${nameOf(lesson, 'exercise')} is as it was at the start.`,
    ...kept.map((file) => `What was there is in ${nameOf(lesson, 'exercise', file)}.`),
    ...(hasData ? ['Its jobs and its shop are deleted.'] : []),
  ].join('\n')
}

/** What lesson 5's exercise keeps outlives it: without this, a new start would find old jobs. */
async function forgetJobs(): Promise<boolean> {
  const { exerciseFolder } = await import('../../05-queue/folder')
  const { readdir, rm } = await import('node:fs/promises')
  const { join } = await import('node:path')
  const folder = exerciseFolder()
  const files = (await readdir(folder)).filter((name) => /^(queue|shop)\.sqlite/.test(name))
  for (const name of files) await rm(join(folder, name), { force: true })
  return files.length > 0
}

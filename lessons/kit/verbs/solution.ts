import type { Lesson } from '../../index'
import { ask, canAsk } from '../ask'
import { lessonFor, Mistake } from '../mistake'
import { say } from '../output'
import { commandLine } from '../program'
import { replaceExercise } from '../replace'
import { hasPassed } from '../verdict'
import { ensureExercise, folderOf, nameOf } from '../workspace'
import { exits, type Verb } from './verb'

export const solution: Verb = (kit) =>
  void kit
    .command('solution')
    .summary('put the solution in the place of an exercise; what was there is kept')
    .description(
      'Puts the solution in the place of an exercise. What was there is kept in a file beside it.\n' +
        'As long as the check has not passed, it asks before it does so.',
    )
    .argument('<lesson>', 'its number, 1 to 6', lessonFor('solution'))
    .option('-y, --yes', 'do not ask')
    .action(
      exits(async (lesson: Lesson, { yes }: { yes?: true }) => {
        await ensureExercise(lesson)
        if (!yes && !(await passes(lesson)) && !(await isWanted(lesson)))
          return say(`Nothing is changed. Next: ${commandLine('hint', lesson.number)}`)
        return say(
          `${await takeSolution(lesson)}\nNext: ${commandLine('diff', lesson.number)} --start`,
        )
      }),
    )

/** Resolves with what to tell about it. */
export async function takeSolution(lesson: Lesson): Promise<string> {
  const kept = await replaceExercise(lesson, 'solution')
  return [
    `${nameOf(lesson, 'exercise')} is the solution now.`,
    ...kept.map((file) => `What was there is in ${nameOf(lesson, 'exercise', file)}.`),
  ].join('\n')
}

async function passes(lesson: Lesson): Promise<boolean> {
  const { runCheck } = await import('../check/check')
  return hasPassed(await runCheck(lesson.number, folderOf(lesson, 'exercise')))
}

async function isWanted({ number }: Lesson): Promise<boolean> {
  if (canAsk())
    return ask(`The check of lesson ${number} does not pass yet. Take the solution all the same?`)
  throw new Mistake(
    `The check of lesson ${number} does not pass yet, and there is no terminal to ask in.`,
    `${commandLine('solution', number)} --yes`,
  )
}

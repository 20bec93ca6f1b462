import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { say } from '../output'
import { ensureExercise } from '../workspace'
import { exits, type Verb } from './verb'

export const diff: Verb = (kit) =>
  void kit
    .command('diff')
    .summary('show what an exercise lacks from the solution')
    .description('Shows how the solution differs from an exercise.')
    .argument('<lesson>', 'its number, 1 to 6', lessonFor('diff'))
    .option('--start', 'how the exercise differs from its start files')
    .action(
      exits(async (lesson: Lesson, { start }: { start?: true }) => {
        await ensureExercise(lesson)
        const { differenceAsText } = await import('../difference')
        return say(await differenceAsText(lesson, start ? 'start' : 'solution'))
      }),
    )

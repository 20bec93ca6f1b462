import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { exits, type Verb } from './verb'

export const check: Verb = (kit) =>
  void kit
    .command('check')
    .summary('say what holds in an exercise, and what does not yet')
    .description(
      'Checks the exercise of a lesson: a line for each fact that holds, and the first one that does not.\n' +
        'Without a number: all six. Ends with 0 if all holds, else with 1.',
    )
    .argument('[lesson]', 'its number, 1 to 6', lessonFor('check'))
    .action(
      exits(async (wanted: Lesson | undefined) => {
        const { checkAll, checkOne } = await import('../checks')
        return wanted ? checkOne(wanted) : checkAll()
      }),
    )

import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { exits, type Verb } from './verb'

export const lesson: Verb = (kit) =>
  void kit
    .command('lesson')
    .summary('run a lesson')
    .description('Runs the finished app of a lesson. Without a number: lists the lessons.')
    .argument('[lesson]', 'its number, 1 to 5', lessonFor('lesson'))
    .action(
      exits(async (wanted: Lesson | undefined) => {
        if (wanted === undefined) return (await import('../overview')).overview()
        const { runLesson } = await import('../run')
        return runLesson(wanted)
      }),
    )

import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { type LanesOption, withLanes } from './lanes'
import { exits, type Verb } from './verb'

export const lesson: Verb = (kit) =>
  void withLanes(kit.command('lesson'))
    .summary('run a lesson')
    .description('Runs the finished app of a lesson. Without a number: lists the lessons.')
    .argument('[lesson]', 'its number, 1 to 6', lessonFor('lesson'))
    .option('--present', 'the guide in large type, lanes and code only: for a projector')
    .action(
      exits(async (wanted: Lesson | undefined, { lanes, present }: LanesOption & PresentOption) => {
        if (wanted === undefined) return (await import('../overview')).overview()
        const { runLesson } = await import('../run')
        const { presentIn } = await import('../guide/guide')
        return runLesson(wanted, { lanes, present: presentIn(present ? '/?present' : '/') })
      }),
    )

type PresentOption = { present?: true }

import type { Lesson } from '../../index'
import { lessonFor } from '../mistake'
import { type LanesOption, withLanes } from './lanes'
import { exits, type Verb } from './verb'

export const work: Verb = (kit) =>
  void withLanes(kit.command('work'))
    .summary('work on an exercise: it is run and checked at each save')
    .description(
      'Runs the exercise of a lesson. At each save it is started anew and checked.\n' +
        'Without a number: lists the lessons.',
    )
    .argument('[lesson]', 'its number, 1 to 6', lessonFor('work'))
    .action(
      exits(async (wanted: Lesson | undefined, { lanes }: LanesOption) => {
        if (wanted === undefined) return (await import('../overview')).overview()
        const { work: workOn } = await import('../work/work')
        const { presentIn } = await import('../guide/guide')
        return workOn(wanted, { lanes, present: presentIn('/') })
      }),
    )

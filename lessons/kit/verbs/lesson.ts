import type { Lesson } from '../../index'
import { guideFor, type GuideOptions, withGuide } from '../guided'
import { lessonFor } from '../mistake'
import { type LanesOption, withLanes } from './lanes'
import { exits, type Verb } from './verb'

export const lesson: Verb = (kit) =>
  void withGuide(withLanes(kit.command('lesson')))
    .summary('run a lesson')
    .description('Runs the finished app of a lesson. Without a number: lists the lessons.')
    .argument('[lesson]', 'its number, 1 to 5', lessonFor('lesson'))
    .action(
      exits(async (wanted: Lesson | undefined, options: LanesOption & GuideOptions) => {
        if (wanted === undefined) return (await import('../overview')).overview()
        const { runLesson } = await import('../run')
        const guided = await guideFor(options)
        return runLesson(wanted, {
          lanes: options.lanes,
          ...(guided && {
            environment: guided.environment,
            present: async (run) => guided.open(run),
          }),
        })
      }),
    )

import type { Lesson } from '../../index'
import { textsOfLessons } from '../hints'
import { lessonFor } from '../mistake'
import { say } from '../output'
import { exits, type Verb } from './verb'

export const notes: Verb = (kit) =>
  void kit
    .command('notes')
    .summary("show the instructor's notes on a lesson")
    .description(
      "Shows the instructor's notes on a lesson: what to ask, what goes wrong, what to cut first.",
    )
    .argument('<lesson>', 'its number, 1 to 6', lessonFor('notes'))
    .action(exits((lesson: Lesson) => say(textsOfLessons[lesson.slug]?.notes.trim() ?? '')))

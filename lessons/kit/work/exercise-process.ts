/** The app of a lesson, from its exercise. The other processes are those of the lesson. */
import { join } from 'node:path'

import { type LessonProcess, lessons } from '../../index'
import { folderOf } from '../workspace'

/** What the runner adds to the arguments of a process that comes from the exercise. */
export const ofExercise = 'exercise'

/** The same process, with the learner's module in the place of the lesson's. */
export function asExercise(program: LessonProcess, [number]: readonly string[]): LessonProcess {
  const lesson = lessons.find((candidate) => String(candidate.number) === number)
  if (!lesson) return program
  const load = () =>
    import(join(folderOf(lesson, 'exercise'), `${program.name}.tsx`)) as ReturnType<
      LessonProcess['load']
    >
  return { ...program, load }
}

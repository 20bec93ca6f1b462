/** What a page of the guide shows. */
import type { Lesson } from '../../index'
import type { LessonRun } from '../run'
import type { Exercise } from './exercise'
import type { Texts } from './sources'
import type { Watch } from './watch'

export type View = {
  lesson: Lesson
  texts: Texts
  /** Only for the lesson that runs: of the others, page and code can be read. */
  live?: { running: LessonRun; watch: Watch }
  /** Only where somebody works on the exercise of this lesson. */
  exercise?: Exercise
  /** Lanes and code in large type, for a projector. */
  isPresented: boolean
  /** The panel that the address names, or the one to begin with. */
  tab: string | undefined
}

/** Starts and stops the guide, in the process that runs the lesson. */
import { elsewhere } from '../ports'
import { commandLine } from '../program'
import type { LessonRun, Presentation } from '../run'
import { guideApp } from './app'
import { guidePort, listen } from './listen'
import { Watch } from './watch'

/** Where it is, or why it is not. */
export type Guide = Presentation & { origin?: string }

/** Presents a lesson by a guide; `path` is the page that its learner is sent to. */
export function presentIn(path: string) {
  return async (run: LessonRun): Promise<Guide> => {
    const guide = startGuide(run)
    const { origin } = guide
    if (!origin) return guide
    // The processes of the lesson are started later and inherit it: in a frame, they show themselves to this origin only.
    process.env.GUIDE_ORIGIN = origin
    return Object.assign(guide, { address: path === '/' ? origin : `${origin}${path}` })
  }
}

/** A lesson runs as well without a guide: that it cannot listen is a sentence, and no error. */
export function startGuide(run: LessonRun): Guide {
  const port = guidePort()
  if (typeof port === 'string') return without(port)
  const watch = new Watch(run)
  const app = guideApp(run, watch)
  const { lesson, work } = run
  const command = commandLine(work ? 'work' : 'lesson', lesson.number)
  const problem = listen(app, port, () => elsewhere(command, lesson))
  if (problem) {
    watch[Symbol.dispose]()
    return without(problem)
  }
  const { server } = app
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      watch[Symbol.dispose]()
      await server?.stop(true)
    },
  }
}

function without(why: string): Guide {
  return { trouble: `No guide: ${why}`, [Symbol.asyncDispose]: async () => {} }
}

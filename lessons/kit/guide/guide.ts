/** Starts and stops the guide, in the process that runs the lesson. */
import type { LessonRun, Presentation } from '../run'
import { guideApp } from './app'
import { Watch } from './watch'

const usualPort = 3001

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
  const port = Number(Bun.env.GUIDE_PORT ?? usualPort)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return without(
      `GUIDE_PORT must be a port from 1 to 65535, got ${Bun.inspect(Bun.env.GUIDE_PORT)}.`,
    )
  const watch = new Watch(run)
  const app = guideApp(run, watch)
  try {
    app.listen({ hostname: '127.0.0.1', port, reusePort: false, idleTimeout: 30 })
  } catch (error) {
    watch[Symbol.dispose]()
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const problem = isTaken ? 'is in use already' : 'is not ours to take'
    return without(
      `port ${port} ${problem}. Choose another: GUIDE_PORT=${port < 65_535 ? port + 1 : 8000}`,
    )
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

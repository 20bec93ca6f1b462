/** Starts and stops the guide, in the process that runs the lesson. */
import { guideApp } from './app'
import type { RunningLesson } from './lesson-run'
import { Watch } from './watch'

const usualPort = 3001

/** The address that the guide has, or would have. The lesson is told of it: nobody else may show it in a frame. */
export function guideOrigin(): string | undefined {
  const port = Number(Bun.env.GUIDE_PORT ?? usualPort)
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? `http://127.0.0.1:${port}`
    : undefined
}

export type Guide = Disposable & {
  /** Where it is; without one there is no guide, and `trouble` says why. */
  origin?: string
  trouble?: string
  /** One line under the head: what the last check said. */
  showCheck(text: string): void
}

/** A lesson runs as well without a guide: that it cannot listen is a sentence, and no error. */
export function startGuide(running: RunningLesson): Guide {
  const origin = guideOrigin()
  if (!origin)
    return without(
      `GUIDE_PORT must be a port from 1 to 65535, got ${Bun.inspect(Bun.env.GUIDE_PORT)}.`,
    )
  const watch = new Watch(running)
  const app = guideApp(running, watch)
  const port = Number(new URL(origin).port)
  try {
    app.listen({ hostname: '127.0.0.1', port, reusePort: false, idleTimeout: 30 })
  } catch (error) {
    watch[Symbol.dispose]()
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const problem = isTaken ? 'is in use already' : 'is not ours to take'
    return without(`No guide: port ${port} ${problem}. Choose another: GUIDE_PORT=${port + 1}`)
  }
  const { server } = app
  return {
    origin,
    showCheck: (text) => watch.showCheck(text),
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]()
      void server?.stop(true)
    },
  }
}

function without(trouble: string): Guide {
  return { trouble, showCheck: () => {}, [Symbol.dispose]: () => {} }
}

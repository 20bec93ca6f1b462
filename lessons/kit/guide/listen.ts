/** Where a guide listens. That it cannot is a sentence, and no error: what it would show runs without it. */
import type { AnyElysia } from 'elysia'

const usualPort = 3001

/** Its port, or why there is none. */
export function guidePort(): number | string {
  const port = Number(Bun.env.GUIDE_PORT ?? usualPort)
  return Number.isInteger(port) && port > 0 && port <= 65_535
    ? port
    : `GUIDE_PORT must be a port from 1 to 65535, got ${Bun.inspect(Bun.env.GUIDE_PORT)}.`
}

/** Why it cannot listen there; undefined where it does. */
export function listen(app: AnyElysia, port: number): string | undefined {
  try {
    app.listen({ hostname: '127.0.0.1', port, reusePort: false, idleTimeout: 30 })
    return undefined
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const problem = isTaken ? 'is in use already' : 'is not ours to take'
    return `port ${port} ${problem}. Choose another: GUIDE_PORT=${port < 65_435 ? port + 100 : 8000}`
  }
}

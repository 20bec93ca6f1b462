/** Where a guide listens. That it cannot is a sentence, and no error: what it would show runs without it. */
import type { AnyElysia } from 'elysia'

import { portOr } from '../../port'
import { guide } from '../ports'

/** Its port, or why there is none. */
export function guidePort(): number | string {
  return portOr(guide.variable, guide.usualPort)
}

/** Why it cannot listen there, and what to type so that it can; undefined where it does. */
export function listen(
  app: AnyElysia,
  port: number,
  otherCommand: () => string,
): string | undefined {
  try {
    app.listen({ hostname: '127.0.0.1', port, reusePort: false, idleTimeout: 30 })
    return undefined
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const problem = isTaken ? 'is in use already' : 'is not ours to take'
    return `port ${port} ${problem}. Choose another: ${otherCommand()}`
  }
}

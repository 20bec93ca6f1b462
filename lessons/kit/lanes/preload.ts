/**
 * Loaded before an app that is watched: forwards what it does, and tells where it listens. The app is left as it is, and
 * so is how it ends: nothing here keeps it alive, except that it does not outlive whoever watches.
 */
import type { ReadyMessage } from '../child'
import { forward, sendToParent } from './forward'

forward({ send: sendToParent, root: Bun.env.LANES_ROOT ?? process.cwd() })
process.on('disconnect', () => process.exit(1))
process.channel?.unref?.()

const { serve } = Bun
Bun.serve = ((...args: Parameters<typeof serve>) => {
  try {
    const server = serve(...args)
    process.send?.({ ready: true, address: server.url.origin } satisfies ReadyMessage)
    return server
  } catch (error) {
    if (isTaken(error)) explain(error)
    throw error // the app may know what to do
  }
}) as typeof serve

function isTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

/** If nobody takes it, it is one line: the code that Bun would show is this file. */
function explain(taken: Error): void {
  const [port] = /\d+/.exec(taken.message) ?? []
  if (port === undefined || process.listenerCount('uncaughtException') > 0) return
  process.on('uncaughtException', (error) => {
    console.error(error === taken ? `Port ${port} is in use already.` : error)
    process.exit(1)
  })
}

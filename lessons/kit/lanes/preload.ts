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
  const server = serve(...args)
  process.send?.({ ready: true, address: server.url.origin } satisfies ReadyMessage)
  return server
}) as typeof serve

/**
 * Loads an engine when it is first used. The packages behind it are optional: who has not installed them is told how.
 *
 * The paths satisfy string for the type checker alone. It would follow a bare one, and whoever has one engine installed
 * would be shown errors in the code of the other. The bundler reads them as they are.
 */
import { BackgroundError } from '../errors'
import type { Engine, Where } from './engine'

export async function engineAt({ url }: Where): Promise<Engine> {
  const loading: Promise<unknown> = url
    ? import('./bullmq' satisfies string)
    : import('./embedded' satisfies string)
  return loading.catch(explain) as Promise<Engine>
}

const missing = /Cannot find (?:package|module) '(bullmq|ioredis|bunqueue)\b/

function explain(error: unknown): never {
  const [, engine] = missing.exec(error instanceof Error ? error.message : '') ?? []
  if (!engine) throw error
  throw new BackgroundError(
    engine === 'bunqueue'
      ? 'A queue in a file needs bunqueue, which is not installed: bun add bunqueue. (With REDIS_URL, a queue is on Redis.)'
      : 'A queue on Redis needs bullmq and ioredis, and not both are installed: bun add bullmq ioredis.',
    { cause: error },
  )
}

/** Which queue, and where it is: checked, and with nothing left out. */
import { requireMilliseconds } from '../options'
import type { EngineOptions, Where } from './engine'

export const engineOptions = ['url', 'file', 'patience'] as const

export function whereOf(name: string, options: EngineOptions): Where {
  // What is safe in a Redis key, in a URL and on a dashboard.
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new TypeError(
      `The name of a queue is made of letters, digits, dots, dashes and underscores, got ${Bun.inspect(name)}.`,
    )
  const { url = Bun.env.REDIS_URL, file = Bun.env.QUEUE_FILE || 'queue.sqlite' } = options
  const { patience = 5_000 } = options
  requireMilliseconds('patience', patience)
  for (const [option, value] of Object.entries({ url: url ?? '', file }))
    if (typeof value !== 'string')
      throw new TypeError(`${option} must be a string, got ${Bun.inspect(value)}.`)
  // Not the whole of it: there may be a password in it.
  const [, scheme] = /^(.*?):\/\//.exec(url ?? '') ?? []
  if (scheme !== undefined && !/^((redis|valkey)s?|(redis\+)?unix)$/i.test(scheme))
    throw new TypeError(`url must begin with redis:// or rediss://, got ${scheme}://.`)
  return { url: url ?? '', file, patience }
}

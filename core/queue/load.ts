/**
 * Loads an engine when it is first used. The packages behind it are optional: who has not installed them is told how.
 *
 * The paths satisfy string for the type checker alone. It would follow a bare one, and whoever has one engine installed
 * would be shown errors in the code of the other. The bundler reads them as they are.
 */
import type { Engine, Where } from './engine'

export async function engineAt({ url }: Where): Promise<Engine> {
  const loading: Promise<unknown> = url
    ? import('./bullmq' satisfies string)
    : import('./embedded' satisfies string)
  return loading as Promise<Engine>
}

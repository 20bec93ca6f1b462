import { RedisClient } from 'bun'

// In milliseconds. A call of the queue waits for half as long.
const pause = Number(Bun.env.BROKER_AWAY ?? 10_000)
let backAt = 0

const noBroker =
  'This program keeps the jobs itself, in a file: there is nothing ' +
  'else to stop. kill -9 ends both.'

/** For how many seconds the broker stays away, if it was our doing. */
export function awayFor(): number {
  return Math.ceil(Math.max(0, backAt - performance.now()) / 1_000)
}

/**
 * Redis answers nobody for a while, as if it were not there, and then
 * goes on by itself, whatever becomes of us. It keeps all that it has.
 */
export async function stopBroker(): Promise<string> {
  const { REDIS_URL: url } = Bun.env
  if (!url) return noBroker
  if (awayFor() > 0) return 'It is away already.'
  const client = new RedisClient(url, { autoReconnect: false })
  try {
    const paused = client.send('CLIENT', ['PAUSE', String(pause)])
    const late = Bun.sleep(2_000).then(() => 'late')
    const answer: unknown = await Promise.race([paused, late])
    if (answer === 'late') return 'It does not answer as it is.'
  } catch (error) {
    return `It cannot be stopped from here: ${String(error)}`
  } finally {
    client.close()
  }
  backAt = performance.now() + pause
  return `Stopped: for ${awayFor()} s it answers nobody.`
}

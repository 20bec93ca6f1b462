/** Load by wrk: one in JavaScript would be at its limit before the server is. */
import { here, pinned, wrk } from './machine'
import type { Sample } from './measure'
import type { Server } from './server'

/** Why nothing can be measured over HTTP here, if so. */
export const lacksWrk = wrk ? undefined : 'wrk is not installed (Debian: apt-get install wrk)'

/** Requests over so many connections, and what they cost the server. wrk counts in whole seconds. */
export async function load(
  server: Server,
  path: string,
  connections: number,
  { seconds = 1, mayRefuse = false, method = 'GET' } = {},
): Promise<Sample> {
  const script = here('wrk.lua')
  const options = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s']
  const command = pinned(1, [wrk ?? 'wrk', ...options, '-s', script, server.url + path])
  const before = server.processorTime
  const client = Bun.spawn(command, {
    env: { ...process.env, METHOD: method },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [printed, errors] = await Promise.all([
    new Response(client.stdout).text(),
    new Response(client.stderr).text(),
  ])
  await client.exited
  const used = server.processorTime - before
  const line = /figures (.*)/.exec(printed)?.[1]
  if (!line) throw new Error(`${command.join(' ')} gave no figures:\n${printed}${errors}`)
  if (server.complaints && !mayRefuse)
    throw new Error(`${server.url}${path} complains:\n${server.complaints}`)
  const [requests = 0, microseconds = 0, p50 = 0, p99 = 0, wrong = 0, lost = 0] = line
    .split(' ')
    .map(Number)
  if (requests === 0 || (wrong > 0 && !mayRefuse))
    throw new Error(`${server.url}${path} answered ${requests} requests, ${wrong} of them wrongly.`)
  return {
    rate: requests / (microseconds / 1e6),
    p50: p50 / 1_000,
    p99: p99 / 1_000,
    processor: used / requests / 1_000,
    wrong,
    lost,
  }
}

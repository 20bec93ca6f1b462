/** What the rungs differ in: who else waits when a task blocks, and who else ends when a task ends its process. */
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { isAlive } from '../support/processes'
import { Program } from '../support/program'
import { until } from '../support/until'
import { hasRedis, RedisServer } from './queue/redis'
import { linesOf } from './queue/spawn'

setDefaultTimeout(60_000)

type Rung = { name: string; isShared: boolean; keeps: boolean }

/** `isShared`: tasks share the thread and the fate of the server. `keeps`: they outlive it. */
const rungs: Rung[] = [
  { name: 'event loop', isShared: true, keeps: false },
  { name: 'thread', isShared: false, keeps: false },
  { name: 'process', isShared: false, keeps: false },
  { name: 'embedded', isShared: true, keeps: true },
  { name: 'Redis', isShared: false, keeps: true },
]

let folder: string
let lines: string
let redis: RedisServer | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rungs-'))
  lines = join(folder, 'lines')
})
afterEach(async () => {
  await redis?.[Symbol.asyncDispose]()
  redis = undefined
  rmSync(folder, { recursive: true, force: true })
})

function start(rung: string): Program {
  const file = join(folder, 'queue.sqlite')
  return new Program(['tests/core/rungs/server.ts', rung, lines, redis?.url ?? '', file])
}

async function portOf(server: Program): Promise<string> {
  await server.says('.\n')
  return /ready (\d+)/.exec(server.output)?.[1] ?? ''
}

for (const { name, isShared, keeps } of rungs) {
  const rungTest = test.skipIf(name === 'Redis' && !hasRedis)
  const startBroker = async () => {
    if (name === 'Redis') redis = await new RedisServer().start()
  }

  rungTest(
    `${name}: a task that blocks ${isShared ? 'holds up' : 'leaves alone'} whoever asks the server`,
    async () => {
      await startBroker()
      await using running = new AsyncDisposableStack()
      const server = running.use(start(name))
      if (redis) running.use(await start('consumer').says('ready'))
      const address = `http://127.0.0.1:${await portOf(server)}`

      await fetch(`${address}/block/1500`, { method: 'POST' })
      await until('the task runs', () => linesOf(lines).length > 0)
      await fetch(`${address}/ping`)

      expect(linesOf(lines)).toEqual(isShared ? ['began', 'ended'] : ['began'])
    },
  )

  rungTest(
    `${name}: a task that ends its process ${isShared ? 'ends the server' : 'leaves the server alone'}`,
    async () => {
      await startBroker()
      await using server = start(name)
      await using consumer = redis && (await start('consumer').says('ready'))
      const address = `http://127.0.0.1:${await portOf(server)}`

      await fetch(`${address}/crash`, { method: 'POST' })
      await until('the task runs', () => linesOf(lines).length > 0)

      if (isShared) expect(await server.ended()).toBe(3)
      else expect(await (await fetch(`${address}/ping`)).text()).toBe('pong')
      if (consumer) expect(await consumer.ended()).toBe(3)
      if (!keeps) return
      // The job is still there: whoever comes next starts it once more.
      await using next = start(redis ? 'consumer' : name)
      await until('it has run again', () => linesOf(lines).length === 2)
      await next.ended()
      expect(isAlive(server.pid)).toBe(!isShared)
    },
  )
}

test.skipIf(!hasRedis)(
  'Redis: a task that blocks for longer than lostAfter is started by another consumer as well',
  async () => {
    redis = await new RedisServer().start()
    await using running = new AsyncDisposableStack()
    const server = running.use(start('Redis'))
    for (const _ of ['one', 'other']) running.use(await start('consumer').says('ready'))

    await fetch(`http://127.0.0.1:${await portOf(server)}/block/4000`, { method: 'POST' })

    await until('two run', () => linesOf(lines).length === 2)
    expect(linesOf(lines)).toEqual(['began', 'began'])
  },
)

test.skipIf(!Bun.which('prlimit'))(
  'thread: a task that runs out of memory ends the server',
  async () => {
    await using server = new Program(['tests/core/workers/main.ts', 'thread', 'memory'])

    expect(await server.ended()).not.toBe(0)
    expect(server.output).not.toContain('1 + 2')
  },
)

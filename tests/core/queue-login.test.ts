/** The broker is there, and lets nobody in. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'

import { queue } from '../../core/queue'
import { freePort } from '../support/program'
import { until } from '../support/until'
import { queueName } from './queue/engines'
import { hasRedis, RedisServer } from './queue/redis'
import { linesOf, QueueProcess } from './queue/spawn'
import type * as tasks from './queue/tasks'

describe.skipIf(!hasRedis)('When the broker refuses', () => {
  let redis: RedisServer
  let started: QueueProcess | undefined
  beforeEach(async () => {
    redis = await new RedisServer().start()
  })
  afterEach(async () => {
    await started?.kill()
    started = undefined
    await redis[Symbol.asyncDispose]()
  })

  const at = (login: string) => redis.url.replace('//', `//${login}`)

  /** Starts a consumer in a process of its own, and waits until it has said `reason`. */
  const consumeRefused = async (url: string, reason: string, name = queueName()) => {
    const lines = join(redis.folder, 'lines')
    const child = new QueueProcess({ name, url, consume: true, lines })
    started = child
    await child.says('ready')
    await until(`the consumer says ${reason}`, () =>
      child.errors.some((line) => line.includes(reason)),
    )
    return { child, lines, name }
  }

  test.each([
    ['a wrong password', ':wrong@', 'WRONGPASS'],
    ['no password', '', 'NOAUTH'],
    ['a user that it does not know', 'nobody:secret@', 'WRONGPASS'],
  ])('a consumer with %s says why, and its process goes on', async (_, login, reason) => {
    await redis.send('CONFIG', 'SET', 'requirepass', 'secret')
    const { child } = await consumeRefused(at(login), reason)
    await child.stop()
    expect(await child.ended()).toBe(0)
  })

  test('a consumer runs what there is once its password is right', async () => {
    await redis.send('CONFIG', 'SET', 'requirepass', 'secret')
    const { child, lines, name } = await consumeRefused(at(':right@'), 'WRONGPASS')
    await redis.send('CONFIG', 'SET', 'requirepass', 'right')
    await using jobs = queue<typeof tasks>(name, { url: at(':right@') })
    const job = await jobs.leaveLine(lines, 'was run')
    await job.finished()
    expect(linesOf(lines)).toEqual(['was run'])
    await child.stop()
    expect(await child.ended()).toBe(0)
  }, 30_000)

  test('a consumer waits for room where there are too many clients', async () => {
    await redis.send('CONFIG', 'SET', 'maxclients', '1')
    const { child, lines, name } = await consumeRefused(redis.url, 'max number of clients')
    await redis.send('CONFIG', 'SET', 'maxclients', '100')
    await using jobs = queue<typeof tasks>(name, { url: redis.url })
    await (await jobs.leaveLine(lines, 'was run')).finished()
    await child.stop()
    expect(await child.ended()).toBe(0)
  }, 30_000)

  test('a call says why nothing was stored, and works once its password is right', async () => {
    await redis.send('CONFIG', 'SET', 'requirepass', 'secret')
    await using jobs = queue<typeof tasks>(queueName(), { url: at(':right@'), patience: 500 })
    const error = await jobs.add(1, 1).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('Nothing was stored. The broker refuses the connection: WRONGP')
    expect(error).toMatchObject({ reason: 'WRONGPASS', isInDoubt: false })

    await redis.send('CONFIG', 'SET', 'requirepass', 'right')
    await until('a call works', () =>
      jobs.add(1, 3).then(
        () => true,
        () => false,
      ),
    )
    expect((await jobs.count()).waiting).toBe(1)
  }, 30_000)

  test('a call says so when the password has changed under it, and works when it is back', async () => {
    await redis.send('CONFIG', 'SET', 'requirepass', 'first')
    await using jobs = queue<typeof tasks>(queueName(), { url: at(':first@'), patience: 300 })
    await jobs.ready()
    await redis.send('CONFIG', 'SET', 'requirepass', 'second')
    await redis.send('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const error = await until('a call says why', async () => {
      const thrown = String(await jobs.add(1, 1).catch((reason: unknown) => reason))
      return thrown.includes('WRONGPASS') && thrown
    })
    expect(error).toContain('Nothing was stored.')

    await redis.send('CONFIG', 'SET', 'requirepass', 'first')
    await until('a call works', () =>
      jobs.add(1, 3).then(
        () => true,
        () => false,
      ),
    )
    expect((await jobs.count()).waiting).toBe(1)
  }, 30_000)
})

describe('A queue that was closed lets its process end', () => {
  test('without an error, whatever the broker does', async () => {
    using hangsUp = brokerThat((socket) => socket.end())
    using isSilent = brokerThat(() => {})
    using refuses = brokerThat((socket) => socket.end('-ERR max number of clients reached\r\n'))
    const ports = [hangsUp.port, isSilent.port, refuses.port, freePort()]
    const ends = await Promise.all(
      ports.map(async (port) => {
        const child = Bun.spawn([process.execPath, join(import.meta.dir, 'queue/close.ts')], {
          env: { ...process.env, REDIS_URL: `redis://127.0.0.1:${port}` },
          stderr: 'pipe',
          timeout: 10_000,
        })
        return [await new Response(child.stderr).text(), await child.exited]
      }),
    )
    expect(ends).toEqual(ports.map(() => ['', 0]))
  }, 20_000)
})

/** What `open` does with everyone who connects. */
function brokerThat(open: (socket: Bun.Socket) => void): { port: number } & Disposable {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { open, data() {} } })
  return { port: listener.port, [Symbol.dispose]: () => listener.stop(true) }
}

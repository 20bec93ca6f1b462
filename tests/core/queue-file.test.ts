/** The embedded engine: one file, one process, and the same in a binary that was moved elsewhere. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Queue as Engine } from 'bunqueue/client'

import { consume, queue, QueueFileInUseError, QueueUnavailableError } from '../../core/queue'
import { until } from '../support/until'
import type { ProcessOptions } from './queue/process'
import { hasRedis, RedisServer } from './queue/redis'
import { linesOf, processFile, QueueProcess } from './queue/spawn'
import * as tasks from './queue/tasks'

let folder: string
let file: string
let options: ProcessOptions
const started: QueueProcess[] = []

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'queue-file-')))
  file = join(folder, 'new folder', 'jobs.sqlite')
  options = { name: 'jobs', url: null, file, lines: join(folder, 'lines') }
})
afterEach(async () => {
  for (const one of started.splice(0)) if (one.isAlive) await one.kill()
  rmSync(folder, { recursive: true, force: true })
})

function start(more: Partial<ProcessOptions>, command?: string[], cwd?: string): QueueProcess {
  const process = new QueueProcess({ ...options, ...more }, command, cwd)
  started.push(process)
  return process
}

describe('The file of an embedded queue', () => {
  test('is refused aloud to a second process, with the first one’s id', async () => {
    const owner = start({ add: 1 })
    await owner.says('added')

    for (const open of [
      () => queue<typeof tasks>('jobs', { url: null, file }).add(1, 1),
      () => consume('jobs', tasks, { url: null, file }),
    ]) {
      const error = await open().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(QueueFileInUseError)
      expect(error).toMatchObject({ file, pid: owner.id })
      expect(String(error)).toContain(`is in use by process ${owner.id}`)
    }
  })

  test('is refused to a second process that knows it by another name', async () => {
    const [one, other] = ['one', 'other'].map((name) => join(folder, name))
    for (const link of [one, other]) symlinkSync(join('new folder', 'jobs.sqlite'), link!)
    mkdirSync(join(folder, 'new folder'))
    const owner = start({ add: 1, file: one! })
    await owner.says('added')

    const error = await queue<typeof tasks>('jobs', { url: null, file: other! })
      .add(1, 1)
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueFileInUseError)
    expect(error).toMatchObject({ pid: owner.id })
  })

  test('is said to be out of reach at once, where its folder is something else', async () => {
    const jobs = queue<typeof tasks>('jobs', { url: null, file: join(import.meta.path, 'jobs') })
    const began = performance.now()
    const error = await jobs.add(1, 1).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueUnavailableError)
    expect(String(error)).toContain('The file of the queue cannot be opened')
    // Long before its patience is at an end.
    expect(performance.now() - began).toBeLessThan(4_000)
    await jobs.close()
  })

  test('is free again when its owner is killed, and when it has closed', async () => {
    const owner = start({ add: 1 })
    await owner.says('added')
    await owner.kill()

    await using jobs = queue<typeof tasks>('jobs', { url: null, file })
    expect(await jobs.count()).toMatchObject({ waiting: 1 })
    await jobs.close()

    const next = start({ consume: true, untilEmpty: true })
    expect(await next.ended()).toBe(0)
    expect(linesOf(options.lines)).toEqual(['0'])
  })

  test('is refused to another thread of its process', async () => {
    await using jobs = queue<typeof tasks>('jobs', { url: null, file })
    await jobs.add(1, 1)
    const thread = new Worker(new URL('queue/thread.ts', import.meta.url), { argv: [file] })
    const { promise: answer, resolve } = Promise.withResolvers<unknown>()
    thread.addEventListener('message', ({ data }) => resolve(data))
    expect(await answer).toContain('in use by another thread of this process')
    thread.terminate()
    // The attempt has not let go of it either.
    const other = start({ add: 1 })
    await other.ended()
    expect(other.errors.join('\n')).toContain('is in use by process')
  })

  test('is one for all queues of a process, told apart by name', async () => {
    await using letters = queue<typeof tasks>('letters', { url: null, file })
    await using parcels = queue<typeof tasks>('parcels', { url: null, file })
    const once = { key: 'the same' }
    await letters.with(once).add(1, 1)
    await parcels.with(once).add(2, 2)
    await parcels.add(3, 3)
    expect((await letters.count()).waiting).toBe(1)
    expect((await parcels.count()).waiting).toBe(2)

    // What is a part of the name of one queue may be a part of the key in another.
    await using dotted = queue<typeof tasks>('letters.add', { url: null, file })
    await letters.with({ key: 'add.1' }).add(1, 1)
    await dotted.with({ key: '1' }).add(1, 1)
    expect((await dotted.count()).waiting).toBe(1)

    await using other = queue<typeof tasks>('x', { url: null, file: join(folder, 'other.sqlite') })
    const error = await other.add(1, 1).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('one file per process')
  })

  test('keeps what has succeeded and what has failed for the next process', async () => {
    const first = queue<typeof tasks>('jobs', { url: null, file, attempts: 1 })
    const consumer = await consume('jobs', tasks, { url: null, file, onError: () => {} })
    const good = await first.with({ key: 'good' }).greet('Ada')
    const bad = await first.failAlways('glue')
    await until('both have ended', async () => {
      const { succeeded, failed } = await first.count()
      return succeeded === 1 && failed === 1
    })
    await consumer.close()
    await first.close()

    await using again = queue<typeof tasks>('jobs', { url: null, file })
    expect(await again.find(good.id)).toMatchObject({ status: 'succeeded', result: 'Hi Ada' })
    expect(await again.with({ key: 'good' }).greet('Ada')).toMatchObject({ status: 'succeeded' })
    expect(await again.deadLetters.list()).toMatchObject([
      { id: bad.id, error: 'glue never works' },
    ])
  })

  test('has no bound to how many old jobs are removed, and few are at once', async () => {
    const where = { url: null, file }
    {
      await using jobs = queue<typeof tasks>('jobs', where)
      await using consumer = await consume('jobs', tasks, { ...where, concurrency: 100 })
      await Promise.all(Array.from({ length: 1_200 }, (_, number) => jobs.add(number, number)))
      await until('all have ended', async () => (await jobs.count()).succeeded === 1_200)
      expect(consumer.name).toBe('jobs')
    }
    await using jobs = queue<typeof tasks>('jobs', { ...where, keep: { succeeded: 1 } })
    const engine = (await jobs.engine) as Engine
    const clean = spyOn(engine, 'clean')
    await until('they are removed', async () => (await jobs.count()).succeeded === 0)

    // Between two of these there would be a second, or a minute where jobs are kept for longer.
    const removed = clean.mock.results.map(({ value }) => (value as string[]).length)
    expect(removed.slice(0, 3)).toEqual([500, 500, 200])
  })
})

describe('A compiled binary, moved to another folder', () => {
  let home: string
  let binary: string

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'queue-binary-'))
    binary = join(home, 'jobs')
    const flags = ['--compile', '--minify', '--bytecode', '--format=esm', '--outfile', binary]
    const build = Bun.spawn([process.execPath, 'build', processFile, ...flags], {
      cwd: join(import.meta.dir, '../..'),
      stdout: 'ignore',
      stderr: 'pipe',
    })
    const said = await new Response(build.stderr).text()
    expect(await build.exited, said).toBe(0)
  }, 60_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  test('has the embedded queue in it: killed and started again, it loses nothing', async () => {
    const first = start({ add: 3_000, oneByOne: true }, [binary], home)
    await until('1,000 are acknowledged', () => first.stored.length >= 1_000)
    await first.kill()
    const next = start({ consume: true, untilEmpty: true }, [binary], home)
    expect(await next.ended()).toBe(0)

    const done = new Set(linesOf(options.lines))
    expect(first.stored.filter((number) => !done.has(number))).toEqual([])
  }, 60_000)

  test.skipIf(!hasRedis)(
    'has BullMQ in it: it stores jobs, and another process of it runs them',
    async () => {
      await using redis = await new RedisServer().start()
      const consumer = start({ url: redis.url, consume: true }, [binary], home)
      await consumer.says('ready')
      const producer = start({ url: redis.url, add: 100, untilEmpty: true }, [binary], home)
      expect(await producer.ended()).toBe(0)
      expect(new Set(linesOf(options.lines)).size).toBe(100)
    },
    60_000,
  )
})

/** The broker is there, lets us in, and refuses what we ask; or it is something else altogether. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'

import { Queue as BullQueue } from 'bullmq'

import { consume, queue, QueueUnavailableError } from '../../core/queue'
import { until } from '../support/until'
import { queueName } from './queue/engines'
import { failureOf } from './queue/failure'
import { brokerThatAnswers, brokerThatNeverStops, Proxy } from './queue/fake'
import { hasRedis, RedisServer } from './queue/redis'
import { linesOf, QueueProcess } from './queue/spawn'
import * as tasks from './queue/tasks'

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`
const thrownBy = (work: Promise<unknown>) => work.catch((thrown: unknown) => thrown)

describe('A call that the broker refuses', () => {
  test.each([
    ['OOM command not allowed', 'OOM', 'raise maxmemory'],
    ['MISCONF Redis is configured to save', 'MISCONF', 'Is that full?'],
    ['BUSY Redis is busy running a script', 'BUSY', 'SCRIPT KILL'],
    ['MASTERDOWN Link with MASTER is down', 'MASTERDOWN', 'has lost its primary'],
    ['READONLY You can not write', 'READONLY', 'It is a replica'],
  ])('says what it means and what to do, after its patience: %s', async (words, reason, advice) => {
    using broker = brokerThatAnswers((command) =>
      command === 'INFO' ? bulk('redis_version:7.0.0') : `-${words}\r\n`,
    )
    await using jobs = queue<typeof tasks>(queueName(), { url: broker.url, patience: 1_000 })
    const began = performance.now()
    const error = await until('its time ends between two tries', async () => {
      const thrown = await thrownBy(jobs.add(1, 1))
      // One that is on its way at the end is in doubt.
      return thrown instanceof QueueUnavailableError && !thrown.isInDoubt && thrown
    })
    expect(error).toMatchObject({ reason, milliseconds: 1_000 })
    expect(String(error)).toContain(`Nothing was stored. The broker refuses it: ${words}`)
    expect(String(error)).toContain(advice)
    expect(performance.now() - began).toBeGreaterThan(900)
  })

  test('does not fill the memory, whatever it is that answers', async () => {
    for (const [first, more] of [
      ['', 'no Redis at all '],
      ['$999999999999\r\n', 'x'],
      ['+', 'x'],
    ] as const) {
      using broker = brokerThatNeverStops(first, more.repeat(10_000))
      await using jobs = queue<typeof tasks>(queueName(), { url: broker.url, patience: 1_000 })
      const before = process.memoryUsage.rss()
      expect(await thrownBy(jobs.add(1, 1))).toBeInstanceOf(QueueUnavailableError)
      expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000)
    }
  })
})

describe.skipIf(!hasRedis)('A broker that refuses for a while', () => {
  let redis: RedisServer
  let started: QueueProcess | undefined
  beforeEach(async () => {
    tasks.calls.length = 0
    redis = await new RedisServer().start()
  })
  afterEach(async () => {
    await started?.kill()
    started = undefined
    await redis[Symbol.asyncDispose]()
  })

  test('stores the job as soon as its memory has room', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: redis.url, patience: 10_000 })
    await jobs.ready()
    await redis.send('CONFIG', 'SET', 'maxmemory', '1')
    const adding = jobs.add(1, 1)
    await redis.send('CONFIG', 'SET', 'maxmemory', '0')
    await adding
    expect((await jobs.count()).waiting).toBe(1)
  })

  test('has a job that ended meanwhile written down when its memory has room', async () => {
    const name = queueName()
    await using jobs = queue<typeof tasks>(name, { url: redis.url })
    await using consumer = await consume(name, tasks, { url: redis.url })
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    await redis.send('CONFIG', 'SET', 'maxmemory', '1')
    tasks.openGate()
    await redis.send('CONFIG', 'SET', 'maxmemory', '0')
    expect(await job.finished()).toBe('through')
    expect(tasks.calls).toHaveLength(1)
    expect(consumer.name).toBe(name)
  })

  test('is left for the new primary, although the proxy between keeps the connection', async () => {
    await using next = await new RedisServer().start()
    using proxy = new Proxy(redis.port)
    const name = queueName()
    await using jobs = queue<typeof tasks>(name, { url: proxy.url, patience: 10_000 })
    await using consumer = await consume(name, tasks, { url: proxy.url, onError: () => {} })
    expect(await (await jobs.add(1, 1)).finished()).toBe(2)

    await redis.send('REPLICAOF', '127.0.0.1', String(next.port))
    proxy.target = next.port

    const delayed = await jobs.with({ delay: 100 }).add(20, 22)
    await until('it has run', async () => (await delayed.refresh()).status === 'succeeded')
    expect(consumer.name).toBe(name)
  }, 30_000)

  test('lets a consumer that may not run scripts wait, which says so, and spins not', async () => {
    const user = ['ACL', 'SETUSER', 'worker', 'on', '>secret', '~*', '&*', '+@all'] as const
    const [command, ...rest] = user
    await redis.send(command, ...rest, '-eval', '-evalsha')
    const url = redis.url.replace('//', '//worker:secret@')
    const lines = join(redis.folder, 'lines')
    const name = queueName()
    await using jobs = queue<typeof tasks>(name, { url, patience: 5_000 })
    const began = performance.now()
    expect(await thrownBy(jobs.add(1, 1))).toMatchObject({ reason: 'NOPERM', isInDoubt: false })
    // Long before its patience is at an end.
    expect(performance.now() - began).toBeLessThan(4_000)

    started = new QueueProcess({ name, url, consume: true, lines })
    await started.says('ready')
    await until('it says why', () =>
      started?.errors.some((line) => /NOPERM.*BullMQ needs EVAL/.test(line)),
    )
    const before = started.cpu
    const end = performance.now() + 2_000
    await until('two seconds have passed', () => performance.now() > end)
    expect(started.cpu - before).toBeLessThan(400_000)

    await redis.send(command, ...rest)
    await (await jobs.leaveLine(lines, 'was run')).finished()
    expect(linesOf(lines)).toEqual(['was run'])
  }, 30_000)

  test('is said to speak no TLS where rediss:// leads to a plain port', async () => {
    const url = redis.url.replace('redis:', 'rediss:')
    await using jobs = queue<typeof tasks>(queueName(), { url, patience: 500 })
    expect(await failureOf(jobs.add(1, 1))).toContain('TLS')
  })

  test('is found by the path of its socket', async () => {
    const path = join(redis.folder, 'redis.sock')
    await redis.kill()
    await redis.start({ unixsocket: path })
    for (const url of [path, `unix://${path}`]) {
      await using jobs = queue<typeof tasks>(queueName(), { url })
      await jobs.add(1, 1)
      expect((await jobs.count()).waiting).toBe(1)
    }
  })
})

describe.skipIf(!hasRedis)('A job that another program stored (BullMQ on Redis)', () => {
  let redis: RedisServer
  beforeEach(async () => {
    tasks.calls.length = 0
    redis = await new RedisServer().start()
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  test('with BullMQ’s own defaults is run, once', async () => {
    const name = queueName()
    const other = new BullQueue(name, { connection: { url: redis.url } })
    await using consumer = await consume(name, tasks, { url: redis.url, onError: () => {} })
    await using jobs = queue<typeof tasks>(name, { url: redis.url })
    const good = await other.add('add', { args: [1, 2] })
    const bad = await other.add('failAlways', { args: ['glue'] })
    await until('both have ended', async () => {
      const { succeeded, failed } = await jobs.count()
      return succeeded === 1 && failed === 1
    })
    expect(await jobs.find(good.id ?? '')).toMatchObject({ result: 3, attempts: 1 })
    expect(await jobs.find(bad.id ?? '')).toMatchObject({ error: 'glue never works', attempts: 1 })
    expect(tasks.calls).toHaveLength(2)
    expect(consumer.name).toBe(name)
    await other.close()
  })

  test('in something that is no JSON is a dead letter with a reason', async () => {
    const name = queueName()
    await using jobs = queue<typeof tasks>(name, { url: redis.url })
    const job = await jobs.add(1, 2)
    await redis.send('HSET', `bull:${name}:${job.id}`, 'data', '{"args":[1,')
    await using consumer = await consume(name, tasks, { url: redis.url, onError: () => {} })
    await until('it is a dead letter', async () => (await jobs.count()).failed === 1)
    const [letter] = await jobs.deadLetters.list()
    expect(letter).toMatchObject({ id: job.id, args: [], attempts: 1 })
    expect(letter?.error).toContain('without a list of arguments in JSON')
    expect(await (await jobs.add(1, 2)).finished()).toBe(3)
    expect(consumer.name).toBe(name)
  })
})

/** The broker is not there, goes away, comes back, or stands still. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'

import { consume, type ConsumeOptions, queue, QueueUnavailableError } from '../../core/queue'
import { freePort } from '../support/program'
import { until } from '../support/until'
import { queueName } from './queue/engines'
import { hasRedis, RedisServer } from './queue/redis'
import * as tasks from './queue/tasks'

const quiet: ConsumeOptions = { onError: () => {}, lostAfter: 1_000 }

describe('Without a broker', () => {
  test('a call says so within its patience, and that nothing was stored', async () => {
    await using jobs = queue<typeof tasks>(queueName(), {
      url: `redis://127.0.0.1:${freePort()}`,
      patience: 500,
    })
    for (const call of [() => jobs.add(1, 1), () => jobs.find('x'), () => jobs.count()]) {
      const began = performance.now()
      const error = await call().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(QueueUnavailableError)
      expect(error).toMatchObject({ milliseconds: 500, isInDoubt: false })
      expect(String(error)).toContain(
        'Nothing was stored. Is Redis running, and is REDIS_URL right?',
      )
      // A busy machine is late: ten times that is no longer its patience.
      expect(performance.now() - began).toBeLessThan(5_000)
    }
  })

  test('a call gives up within five seconds by default', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: `redis://127.0.0.1:${freePort()}` })
    const began = performance.now()
    expect(await jobs.add(1, 1).catch((thrown: unknown) => thrown)).toBeInstanceOf(
      QueueUnavailableError,
    )
    expect(performance.now() - began).toBeWithin(4_900, 9_000)
  }, 15_000)

  test('a consumer starts, waits, and can be closed', async () => {
    const url = `redis://127.0.0.1:${freePort()}`
    const consumer = await consume(queueName(), tasks, { ...quiet, url })
    expect(await consumer.close(500)).toBe(0)
  })
})

describe.skipIf(!hasRedis)('When the broker goes away', () => {
  let redis: RedisServer
  beforeEach(async () => {
    tasks.calls.length = 0
    redis = await new RedisServer().start()
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  test('a call that is made meanwhile is stored when it is back, once', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: redis.url, patience: 15_000 })
    await jobs.add(1, 1)
    await redis.kill()

    const adding = Promise.all(Array.from({ length: 50 }, (_, number) => jobs.add(number, 2)))
    await redis.start()
    await adding

    expect(await jobs.count()).toMatchObject({ waiting: 51 })
  }, 30_000)

  test('calls that are under way when it is killed are stored once each', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: redis.url, patience: 20_000 })
    await jobs.ready()
    let stored = 0
    const adding = Array.from({ length: 2_000 }, (_, number) =>
      jobs.add(number, 2).then(() => stored++),
    )
    await until('some are stored', () => stored > 200)
    await redis.kill()
    await redis.start()
    await Promise.all(adding)
    expect((await jobs.count()).waiting).toBe(2_000)
  }, 30_000)

  test('calls fail aloud after their patience, and work again when it is back', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: redis.url, patience: 300 })
    await jobs.add(1, 1)
    await redis.kill()
    const error = await jobs.add(1, 2).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueUnavailableError)
    await redis.start()
    await until('a call works again', () =>
      jobs
        .with({ key: 'again' })
        .add(1, 3)
        .then(
          () => true,
          () => false,
        ),
    )
    // Of the second one nobody knows if it was on its way when the broker went.
    const { isInDoubt } = error as QueueUnavailableError
    expect(isInDoubt ? [2, 3] : [2]).toContain((await jobs.count()).waiting)
  }, 30_000)

  test('a call to a broker that stands still fails too, and says that it is in doubt', async () => {
    await using jobs = queue<typeof tasks>(queueName(), { url: redis.url, patience: 300 })
    await jobs.add(1, 1)
    redis.pause()
    const error = await jobs.add(1, 2).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueUnavailableError)
    expect(error).toMatchObject({ isInDoubt: true })
    expect(String(error)).toContain(
      'the job may or may not be stored, and may also be stored later',
    )
    redis.resume()
  })

  test('a job that ends meanwhile is not lost, and its consumer goes on', async () => {
    const name = queueName()
    await using jobs = queue<typeof tasks>(name, { url: redis.url, patience: 15_000 })
    await using consumer = await consume(name, tasks, { ...quiet, url: redis.url })
    tasks.closeGate()
    const job = await jobs.waitAtGate()
    await tasks.started.promise
    await redis.kill()
    tasks.openGate()
    await redis.start()

    expect(await job.finished()).toBe('through')
    expect(await (await jobs.add(2, 2)).finished()).toBe(4)
    expect(consumer.name).toBe(name)
  }, 30_000)

  test('a consumer that started before the broker runs what comes', async () => {
    await redis.kill()
    const name = queueName()
    await using consumer = await consume(name, tasks, { ...quiet, url: redis.url })
    await using jobs = queue<typeof tasks>(name, { url: redis.url, patience: 15_000 })
    const adding = jobs.add(20, 22)
    await redis.start()
    expect(await (await adding).finished()).toBe(42)
    expect(consumer.name).toBe(name)
  }, 30_000)
})

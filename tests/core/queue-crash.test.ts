/** Consumers, producers and the broker are killed (kill -9; not a power cut): nothing that was stored is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type EngineOptions, queue } from '../../core/queue'
import { until } from '../support/until'
import { queueName, testEngines } from './queue/engines'
import type { ProcessOptions } from './queue/process'
import { hasRedis, RedisServer } from './queue/redis'
import { linesOf, QueueProcess } from './queue/spawn'
import type * as tasks from './queue/tasks'

const total = 2_000
/** In milliseconds. */
const outage = 3_000
const everyNumber = new Set(Array.from({ length: total }, (_, number) => String(number)))

let folder: string
let lines: string
const started: QueueProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queue-crash-'))
  lines = join(folder, 'lines')
})
afterEach(async () => {
  for (const one of started.splice(0)) if (one.isAlive) await one.kill()
  rmSync(folder, { recursive: true, force: true })
})

function start(name: string, where: EngineOptions, options: Partial<ProcessOptions>): QueueProcess {
  const file = where.file === undefined ? {} : { file: where.file }
  const process = new QueueProcess({ name, url: where.url ?? null, ...file, lines, ...options })
  started.push(process)
  return process
}

/** Every job ran; those that ran twice are few, and their key makes one of them. */
function expectAllDone(): void {
  const ran = linesOf(lines)
  expect(new Set(ran)).toEqual(everyNumber)
  const doubles = ran.length - total
  console.log(`  ${doubles} of ${total} jobs ran twice`)
  // No more than what was in the hands of those who were killed.
  expect(doubles).toBeLessThanOrEqual(100)
}

for (const engine of testEngines()) {
  describe.skipIf(!engine.isHere)(`A queue (${engine.name})`, () => {
    let name: string
    let where: EngineOptions
    beforeAll(() => engine.start())
    afterAll(() => engine.stop())
    beforeEach(() => {
      name = queueName()
      where = engine.options()
    })

    test('loses no job when its only consumer is killed at 40 %, and the next one does them all', async () => {
      const first = start(name, where, { add: total, consume: true })
      await until('40 % are done', () => linesOf(lines).length >= total * 0.4, 60_000)
      await first.kill()
      const stored = first.stored.length
      expect(linesOf(lines).length).toBeLessThan(total)

      // Adding them again adds what had not been stored, and nothing twice.
      const next = start(name, where, { add: total, consume: true, untilEmpty: true })

      expect(await next.ended()).toBe(0)
      expect(stored).toBeGreaterThanOrEqual(total * 0.4)
      expectAllDone()
    }, 120_000)

    test('loses none of 1,000 acknowledged jobs when the producer is killed', async () => {
      const producer = start(name, where, { add: 100_000, oneByOne: true })
      await until('1,000 are acknowledged', () => producer.stored.length >= 1_000, 60_000)
      await producer.kill()
      const acknowledged = producer.stored
      expect(acknowledged.length).toBeGreaterThanOrEqual(1_000)

      const consumer = start(name, where, { consume: true, untilEmpty: true })
      await consumer.ended()

      const done = new Set(linesOf(lines))
      expect(acknowledged.filter((number) => !done.has(number))).toEqual([])
    }, 120_000)

    test('gives up a job that takes its process down with it, after its attempts', async () => {
      await using jobs = queue<typeof tasks>(name, { ...where, attempts: 5, backoff: 10 })
      const job = await jobs.with({ attempts: 2 }).killProcess()
      // It may be in the same hands, and lose an attempt each time too.
      await jobs.leaveLine(lines, 'another')
      await jobs.close()

      for (let life = 0; life < 4; life++) {
        const consumer = start(name, where, { consume: true, untilEmpty: true, lostAfter: 500 })
        if ((await consumer.ended()) === 0) break
      }

      await using again = queue<typeof tasks>(name, where)
      expect(await again.find(job.id)).toMatchObject({ status: 'failed' })
      expect(linesOf(lines)).toContain('another')
    }, 60_000)
  })
}

describe.skipIf(!hasRedis)('Two consumers (BullMQ on Redis)', () => {
  let redis: RedisServer
  beforeEach(async () => {
    redis = await new RedisServer().start()
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  test('do every job when one of them is killed at 40 %', async () => {
    const name = queueName()
    const producer = start(name, redis, { add: total })
    await producer.says('added')
    const victim = start(name, redis, { consume: true })
    const survivor = start(name, redis, { consume: true, untilEmpty: true })
    await until('40 % are done', () => linesOf(lines).length >= total * 0.4, 60_000)
    await victim.kill()

    expect(await survivor.ended()).toBe(0)
    expectAllDone()
  }, 120_000)

  test('do every job when Redis is killed under load and comes back', async () => {
    const name = queueName()
    const producer = start(name, redis, { add: total })
    const consumers = [start(name, redis, { consume: true }), start(name, redis, { consume: true })]
    await until('some are done', () => linesOf(lines).length >= total * 0.2, 60_000)
    await redis.kill()
    await until('both consumers say so', () =>
      consumers.every(({ errors }) => errors.some((line) => line.includes('The broker is away'))),
    )
    const before = consumers.map(({ cpu }) => cpu)
    const end = performance.now() + outage
    await until('the outage is over', () => performance.now() > end)
    const spent = consumers.map(({ cpu }, index) => cpu - (before[index] ?? 0))
    await redis.start()
    await producer.says('added')

    // It consumes nothing: those who saw the outage have to go on.
    const watcher = start(name, redis, { untilEmpty: true })
    expect(await watcher.ended()).toBe(0)
    for (const consumer of consumers) await consumer.stop()

    expectAllDone()
    // No hot loop: a tenth of the time on the processor at most, and no flood of lines.
    for (const cpu of spent) expect(cpu).toBeLessThan(outage * 100)
    for (const { errors } of consumers) expect(errors.length).toBeLessThan(20)
    console.log(
      `  processor time in the outage: ${spent.map((cpu) => `${cpu / 1000} ms`).join(', ')}`,
    )
  }, 120_000)
})

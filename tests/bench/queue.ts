/**
 * What the queue costs beside BullMQ used directly: the same Redis, the same client, interleaved rounds, ratios taken
 * inside a round, then their median. BullMQ stands in it twice: how far from 1.00 it comes out beside itself is the
 * noise of the machine.
 *
 *     bun tests/bench/queue.ts [rounds]
 */
import { createBunRedisClient, Queue, Worker } from 'bullmq'
import { RedisClient } from 'bun'

import { consume, queue } from '../../core/queue'
import { hasRedis, RedisServer } from '../core/queue/redis'

type Tasks = { nothing(number: number, text: string): void }
type Subject = { add(number: number): Promise<unknown>; close(): Promise<unknown> }
type Consuming = (queueName: string, concurrency: number, ran: () => void) => Promise<() => unknown>

const rounds = Number(process.argv[2] ?? 15)
const sizes = { burst: 2_000, serial: 500, parallel: 2_000 }
if (!hasRedis) process.exit(1)
const redis = await new RedisServer().start()
const { url } = redis

const subjects: Record<string, { open(name: string): Subject; consume: Consuming }> = {
  bullmq: { open: openBull, consume: consumeBull },
  again: { open: openBull, consume: consumeBull },
  ours: { open: openOurs, consume: consumeOurs },
}

function openBull(name: string): Subject {
  const direct = new Queue(name, { connection: createBunRedisClient(new RedisClient(url)) })
  const options = {
    attempts: 3,
    backoff: { type: 'exponential', delay: 1_000 },
    removeOnComplete: { age: 3_600 },
    removeOnFail: { age: 604_800 },
  }
  return {
    add: (number) => direct.add('nothing', { args: [number, 'some text'] }, options),
    close: () => direct.close(),
  }
}

async function consumeBull(name: string, concurrency: number, ran: () => void) {
  const connection = createBunRedisClient(new RedisClient(url))
  const worker = new Worker(name, async () => ran(), { connection, concurrency })
  return () => worker.close()
}

function openOurs(name: string): Subject {
  const jobs = queue<Tasks>(name, { url })
  return { add: (number) => jobs.nothing(number, 'some text'), close: () => jobs.close() }
}

async function consumeOurs(name: string, concurrency: number, ran: () => void) {
  const consumer = await consume(name, { nothing: () => ran() }, { url, concurrency })
  return () => consumer.close()
}

/** Jobs a second, at each of the things that a queue does. */
async function measure(subject: string, name: string): Promise<Record<string, number>> {
  const jobs = subjects[subject]!.open(name)
  await jobs.add(0)
  const rates: Record<string, number> = {}
  const take = async (what: string, count: number, work: () => Promise<unknown>) => {
    Bun.gc(true)
    const began = performance.now()
    await work()
    rates[what] = (count / (performance.now() - began)) * 1_000
  }
  const drain = async (concurrency: number, count: number) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    const close = await subjects[subject]!.consume(name, concurrency, () => {
      if (--left === 0) resolve()
    })
    await promise
    return close
  }
  let close: (() => unknown) | undefined

  await take('add, one by one', sizes.serial, async () => {
    for (let number = 1; number < sizes.serial; number++) await jobs.add(number)
  })
  await take('process, 1 at once', sizes.serial, async () => {
    close = await drain(1, sizes.serial)
  })
  await close?.()
  await take('add, 64 at once', sizes.burst, async () => {
    let number = 0
    const lane = async () => {
      while (number < sizes.burst) await jobs.add(number++)
    }
    await Promise.all(Array.from({ length: 64 }, lane))
  })
  await take('process, 50 at once', sizes.parallel, async () => {
    close = await drain(50, sizes.parallel)
  })
  await close?.()
  await jobs.close()
  return rates
}

const results: Record<string, Record<string, number>>[] = []
for (let round = -1; round < rounds; round++) {
  const order = Object.keys(subjects).sort(() => Math.random() - 0.5)
  const result: Record<string, Record<string, number>> = {}
  for (const name of order) result[name] = await measure(name, `bench-${round}-${name}`)
  // The first one is for the compiler.
  if (round >= 0) results.push(result)
}

const median = (values: number[]): number => {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
const columns = ['bullmq', 'again', 'ours']
console.log(`${rounds} rounds, medians: jobs a second, and the ratio to BullMQ used directly`)
for (const what of Object.keys(results[0]?.bullmq ?? {})) {
  const cells = columns.map((subject) => {
    const rate = median(results.map((result) => result[subject]?.[what] ?? 0))
    const ratio = median(
      results.map((result) => (result[subject]?.[what] ?? 0) / (result.bullmq?.[what] ?? 0)),
    )
    return `${subject} ${Math.round(rate)} (${ratio.toFixed(2)})`.padEnd(24)
  })
  console.log(what.padEnd(22), cells.join(''))
}
await redis[Symbol.asyncDispose]()
process.exit()

/**
 * What the queue costs, in a process of its own: beside BullMQ used directly, and beside Celery, all on one Redis.
 * Each thing that a queue does is measured on its own, in short turns: what slows the machine for a second then slows
 * all subjects. Prints the samples as JSON, for queue-group.ts.
 *
 *     bun tests/bench/queue.ts [quick]
 */
import { RedisClient } from 'bun'

import { hasRedis, RedisServer } from '../core/queue/redis'
import { Celery, type PoolName } from './celery'
import { bun, here } from './machine'
import { interleave, type Sample, summary } from './measure'
import { now, type QueueSubjectName, queueSubjects } from './queue-subjects'

if (!hasRedis) process.exit(1)
const isQuick = process.argv[2] === 'quick'
await using redis = await new RedisServer('everysec').start()
const { url } = redis
const admin = new RedisClient(url)
await using celery = await Celery.start(url)

type Take = () => Promise<number>

/** What takes part in what. BullMQ does so twice: how far from 1.00 it is from itself is the noise of the machine. */
const measures: Record<string, { rounds: number; subjects: Record<string, Take> }> = {
  'add, 1 at once': {
    rounds: 40,
    subjects: { ...three((subject) => adding(subject, 300, 1)), ...withCelery(adds) },
  },
  'add, 64 at once': {
    rounds: 40,
    subjects: { ...three((subject) => adding(subject, 1_000, 64)), ...withCelery(adds) },
  },
  'process, 1 at once': {
    rounds: 24,
    subjects: {
      ...three((subject) => processing(subject, 300, 1)),
      ...withCelery(processes, 'solo'),
    },
  },
  'process, 50 at once': {
    rounds: 24,
    subjects: {
      ...three((subject) => processing(subject, 1_500, 50)),
      ...withCelery(processes, 'solo'),
      ...withCelery(processes, 'prefork'),
    },
  },
  latency: {
    rounds: 24,
    subjects: {
      ...three(beginning),
      ...withCelery(begins, 'solo'),
      ...withCelery(begins, 'prefork'),
    },
  },
}

const samples: Record<string, [string, readonly (Sample | undefined)[]][]> = {}
for (const [what, { rounds, subjects }] of Object.entries(measures)) {
  const names = Object.keys(subjects)
  const seldom = new Set(names.filter((name) => name.startsWith('Celery')))
  const take = async (name: string) => ({ [what]: await subjects[name]!() })
  await interleave(names, 1, take) // for the compiler
  samples[what] = [...(await interleave(names, isQuick ? 1 : rounds, take, seldom))]
}
const server = /(?:valkey|redis)_version:\S+/.exec(String(await admin.send('INFO', ['server'])))
const versions = [server?.[0].replace('_version:', ' '), celery?.version].filter(Boolean)
console.log(JSON.stringify({ samples, versions }))
await celery?.[Symbol.asyncDispose]()
await redis[Symbol.asyncDispose]()
process.exit()

function three(make: (subject: QueueSubjectName) => Take): Record<string, Take> {
  return { 'this library': make('ours'), BullMQ: make('bullmq'), 'BullMQ, again': make('bullmq') }
}

function open(subject: QueueSubjectName) {
  const name = `bench-${Bun.randomUUIDv7()}`
  const jobs = queueSubjects[subject].open(url, name)
  const addAll = async (count: number, atOnce: number) => {
    let number = 0
    const lane = async () => {
      while (number++ < count) await jobs.add(number)
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }
  return { name, jobs, addAll }
}

/** Jobs a second. */
function adding(subject: QueueSubjectName, jobs: number, atOnce: number): Take {
  const { name, addAll } = open(subject)
  const count = few(jobs)
  return async () => {
    const began = start()
    await addAll(count, atOnce)
    const rate = since(began, count)
    await forget(name)
    return rate
  }
}

/** Jobs a second, all of them waiting when the consumer is made. */
function processing(subject: QueueSubjectName, jobs: number, concurrency: number): Take {
  const { name, addAll } = open(subject)
  const count = few(jobs)
  return async () => {
    await addAll(count, 64)
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    const began = start()
    const close = await queueSubjects[subject].consume(url, name, concurrency, () => {
      if (--left === 0) resolve()
    })
    await promise
    const rate = since(began, count)
    await close()
    return rate
  }
}

/** Milliseconds from the call to the start of its task in another process, one at a time. */
function beginning(subject: QueueSubjectName): Take {
  const { name, jobs } = open(subject)
  let told = Promise.withResolvers<{ at: number }>()
  const ready = told.promise
  Bun.spawn([bun, here('subjects/queue/consumer.ts'), subject, url, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    ipc: (message: { at: number }) => told.resolve(message),
  })
  return async () => {
    await ready
    const waits: number[] = []
    for (let number = 0; number < few(50); number++) {
      told = Promise.withResolvers()
      const called = now()
      await jobs.add(number)
      waits.push((await told.promise).at - called)
    }
    return summary(waits).median
  }
}

function withCelery(
  make: (celery: Celery, pool: PoolName) => Take,
  pool?: PoolName,
): Record<string, Take> {
  if (!celery) return {}
  return { [pool ? `Celery, ${pool}` : 'Celery']: make(celery, pool ?? 'solo') }
}

/** It adds one after another, from one thread, whatever others do. */
function adds(one: Celery): Take {
  return () => one.add(few(1_000))
}

function processes(one: Celery, pool: PoolName): Take {
  return () => one.process(pool, few(1_000))
}

function begins(one: Celery, pool: PoolName): Take {
  return () => one.latency(pool, few(50))
}

function few(count: number): number {
  return isQuick ? count / 10 : count
}

function start(): number {
  Bun.gc(true)
  return performance.now()
}

function since(began: number, count: number): number {
  return (count / (performance.now() - began)) * 1_000
}

/** Redis is to be no fuller for those who come later. */
async function forget(name: string): Promise<void> {
  const keys: unknown = await admin.send('KEYS', [`bull:${name}:*`])
  if (Array.isArray(keys) && keys.length > 0) await admin.send('UNLINK', keys.map(String))
}

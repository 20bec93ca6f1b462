/**
 * What a call costs on each rung: how long until it is taken (addTask has returned; the job is stored), and how long
 * until the task begins. One call at a time, rounds interleaved, medians with their quartiles.
 *
 *     bun tests/bench/rungs.ts [calls]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { BackgroundRunner } from '../../core'
import { consume, queue } from '../../core/queue'
import { workers } from '../../core/workers'
import { hasRedis, RedisServer } from '../core/queue/redis'
import * as tasks from '../core/rungs/tasks'

type Call = { taken: number; began: number }

const calls = Number(process.argv[2] ?? 500)
const rounds = 10
const folder = mkdtempSync(join(tmpdir(), 'rungs-'))
const redis = hasRedis ? await new RedisServer('everysec').start() : undefined
const runner = new BackgroundRunner()
const module = new URL('../core/rungs/worker.ts', import.meta.url)
const thread = workers<typeof tasks>(module, { size: 1 })
const child = workers<typeof tasks>(module, { size: 1, isolation: 'process' })

const rungs: Record<string, () => Promise<Call>> = {
  'event loop': added(tasks.now),
  'worker (thread)': added(thread.now),
  'worker (process)': added(child.now),
  'embedded queue': await stored({ url: null, file: join(folder, 'queue.sqlite') }),
  ...(redis && { 'BullMQ on Redis': await stored({ url: redis.url }) }),
}

function added(task: () => number | Promise<number>) {
  return (): Promise<Call> =>
    new Promise((resolve) => {
      const called = tasks.now()
      runner.addTask(async () => {
        const began = await task()
        resolve({ taken, began: began - called })
      })
      const taken = tasks.now() - called
    })
}

async function stored(where: { url: string | null; file?: string }) {
  let begin: (time: number) => void = () => {}
  await consume('rungs', { now: () => begin(tasks.now()) }, where)
  const jobs = queue<typeof tasks>('rungs', { ...where, keep: { succeeded: 1_000 } })
  return async (): Promise<Call> => {
    const { promise, resolve } = Promise.withResolvers<number>()
    begin = resolve
    const called = tasks.now()
    await jobs.now()
    const taken = tasks.now() - called
    return { taken, began: (await promise) - called }
  }
}

const seen = new Map<string, Call[]>()
for (let round = -1; round < rounds; round++)
  for (const [name, call] of Object.entries(rungs))
    for (let count = 0; count < calls / rounds; count++) {
      const one = await call()
      // The first round warms up.
      if (round >= 0) seen.set(name, [...(seen.get(name) ?? []), one])
    }

console.log('| rung | until the call is taken | until the task begins |')
console.log('| --- | --- | --- |')
for (const [name, all] of seen)
  console.log(
    `| ${name} | ${quartiles(all.map(({ taken }) => taken))} | ${quartiles(all.map(({ began }) => began))} |`,
  )

function quartiles(milliseconds: number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => {
    const time = sorted[Math.floor(share * sorted.length)] ?? 0
    return time < 1 ? `${Math.round(time * 1000)} µs` : `${time.toFixed(1)} ms`
  })
  return `${middle} (${low} to ${high})`
}

await redis?.[Symbol.asyncDispose]()
rmSync(folder, { recursive: true, force: true })
process.exit()

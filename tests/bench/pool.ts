/**
 * How many no-op calls a second two workers take, ours and others', in one interleaved run:
 *
 *   bun tests/bench/pool.ts [rounds]
 *
 * Every round runs every subject, in an order of its own; ratios are taken inside a round, and their median counts.
 * "raw" is a bare Worker and postMessage, with so many messages on their way to each of the two.
 */
import { availableParallelism } from 'node:os'

import { Piscina } from 'piscina'
import { FixedThreadPool } from 'poolifier-web-worker'

import { workers } from '../../core/workers'
import type * as tasks from './pool/tasks'

type Subject = {
  /** Makes so many calls, with as many under way as the table says; raw workers keep to their own number. */
  run(count: number, payload: string): Promise<void>
  close(): unknown
}

const size = 2
let underWay = 0
const rounds = Number(process.argv[2] ?? 15)

const files = {
  ours: new URL('./pool/ours.ts', import.meta.url),
  raw: new URL('./pool/raw.ts', import.meta.url),
  poolifier: new URL('./pool/poolifier.ts', import.meta.url),
  tasks: new URL('./pool/tasks.ts', import.meta.url),
}

/** Keeps `underWay` calls under way until `count` are done. */
async function closedLoop(count: number, call: () => Promise<unknown>): Promise<void> {
  let started = 0
  const lane = async () => {
    // oxlint-disable-next-line no-await-in-loop -- a lane makes one call after another
    while (started++ < count) await call()
  }
  await Promise.all(Array.from({ length: underWay }, lane))
}

async function raw(perWorker: number): Promise<Subject> {
  const started = Array.from({ length: size }, async () => {
    const worker = new Worker(files.raw.href)
    await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }))
    return worker
  })
  const threads = await Promise.all(started)
  return {
    run: (count, payload) =>
      new Promise((resolve) => {
        let sent = 0
        let answered = 0
        const send = (worker: Worker) => {
          if (sent < count) worker.postMessage({ id: sent++, payload })
        }
        for (const worker of threads)
          // oxlint-disable-next-line prefer-add-event-listener -- the last one's listener has to go
          worker.onmessage = () => {
            if (++answered === count) resolve()
            else send(worker)
          }
        for (let index = 0; index < perWorker; index++) threads.map(send)
      }),
    close: () => threads.map((worker) => worker.terminate()),
  }
}

function ours(isolation: 'thread' | 'process'): Subject {
  const pool = workers<typeof tasks>(files.ours, { size, isolation })
  return {
    run: (count, payload) => closedLoop(count, () => pool.noop(payload)),
    close: () => pool.close(),
  }
}

function poolifier(): Subject {
  const pool = new FixedThreadPool<string, void>(size, files.poolifier)
  return {
    run: (count, payload) => closedLoop(count, () => pool.execute(payload)),
    close: () => pool.destroy(),
  }
}

function piscina(concurrentTasksPerWorker: number): Subject {
  const pool = new Piscina({
    filename: files.tasks.href,
    name: 'noop',
    minThreads: size,
    maxThreads: size,
    concurrentTasksPerWorker,
  })
  return {
    run: (count, payload) => closedLoop(count, () => pool.run(payload)),
    close: () => pool.destroy(),
  }
}

const subjects: Record<string, Subject> = {
  'raw, 1 on the way': await raw(1),
  'raw, 4 on the way': await raw(4),
  'raw, 8 on the way': await raw(8),
  'ours, threads': ours('thread'),
  'ours, processes': ours('process'),
  'poolifier-web-worker': poolifier(),
  'piscina, as it comes': piscina(1),
  'piscina, 4 on the way': piscina(4),
}

const payloads = {
  '100 B': ['x'.repeat(100), 4_000],
  '100 KB': ['y'.repeat(100_000), 1_500],
} as const

const names = Object.keys(subjects)

/** Calls a second of every subject. */
async function round(payload: string, count: number): Promise<Record<string, number>> {
  const rates: Record<string, number> = {}
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    const began = performance.now()
    // oxlint-disable-next-line no-await-in-loop -- one subject at a time
    await subjects[name]!.run(count, payload)
    rates[name] = (count / (performance.now() - began)) * 1_000
  }
  return rates
}

function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!
}

console.log(`${size} workers, ${availableParallelism()} cores, medians of ${rounds} rounds`)

async function measure(label: string, payload: string, count: number): Promise<void> {
  const measured: Record<string, number>[] = []
  for (let index = -3; index < rounds; index++) {
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    const rates = await round(payload, count)
    if (index >= 0) measured.push(rates) // the first warm up
  }
  console.log(`${label} a call, ${underWay} calls under way`)
  console.table(
    names.map((name) => ({
      subject: name,
      'calls/s': Math.round(median(measured.map((rates) => rates[name]!))),
      'ours/this': median(measured.map((rates) => rates['ours, threads']! / rates[name]!)).toFixed(
        2,
      ),
    })),
  )
}

for (underWay of [8, 64]) {
  // oxlint-disable-next-line no-await-in-loop -- one table after another
  for (const [label, [payload, count]] of Object.entries(payloads))
    await measure(label, payload, count)
}

await Promise.all(names.map((name) => subjects[name]!.close()))

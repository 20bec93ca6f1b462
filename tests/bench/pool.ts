/** How many calls a second two workers take, ours and others', and what they are worth to work that computes. */
import { availableParallelism } from 'node:os'

import { type Figure, figure, interleave, ratio, type Run, type Samples, summary } from './measure'
import * as subjects from './pool-subjects'
import type { Bound, Group, Section, Table } from './section'
import { countPrimes } from './subjects/pool/tasks'

const ours = 'this library, threads'

/** Ours beside each of these, in calls a second. "raw" is a bare Worker and postMessage. */
const bounds: Readonly<Record<string, number>> = {
  'raw, 4 on the way to each': 0.9,
  'poolifier-web-worker': 2,
  'piscina, as it comes': 3,
  tinypool: 3,
  'multiprocessing.Pool': 4,
}

/** multiprocessing.Pool gets all calls at once: so the bounds are for many, and the table has few as well. */
const most = 64

const payloads = {
  '100 B': ['x'.repeat(100), 8_000],
  '100 KB': ['y'.repeat(100_000), 2_000],
} as const

export const pool: Group = {
  name: 'pool',
  title: 'Two workers',

  async measure(run): Promise<Section> {
    const python = await subjects.python()
    const all: Record<string, subjects.PoolSubject> = {
      [ours]: subjects.ours('thread'),
      'this library, processes': subjects.ours('process'),
      'raw, 1 on the way to each': await subjects.raw(1),
      'raw, 4 on the way to each': await subjects.raw(4),
      'raw, 8 on the way to each': await subjects.raw(8),
      'poolifier-web-worker': subjects.poolifier(),
      'piscina, as it comes': subjects.piscina(1),
      'piscina, 4 on the way': subjects.piscina(4),
      tinypool: subjects.tinypool(),
      ...(python && { 'multiprocessing.Pool': python }),
    }
    const tables: Table[] = []
    const held: Bound[] = []
    for (const underWay of run.isQuick ? [most] : [8, most])
      for (const [label, [payload, count]] of Object.entries(payloads)) {
        const samples = await rates(all, payload, run.isQuick ? count / 8 : count, underWay, run)
        tables.push(tableOf(`${label} a call, ${underWay} calls under way`, samples))
        if (underWay === most) held.push(...boundsOf(label, samples))
      }
    await Promise.all(Object.values(all).map((subject) => subject.close()))
    if (availableParallelism() >= subjects.size) held.push(await speedUp(run))

    return {
      method: `${subjects.size} workers, warmed up. No-op calls, so many of them under way at a time; multiprocessing.Pool gets all of them at once. Not pinned.`,
      tables,
      bounds: held,
      leftOut: python ? [] : ['multiprocessing.Pool: no python3'],
    }
  },
}

async function rates(
  all: Readonly<Record<string, subjects.PoolSubject>>,
  payload: string,
  count: number,
  underWay: number,
  run: Run,
): Promise<Samples> {
  const names = Object.keys(all)
  const take = async (name: string) => {
    const began = performance.now()
    await all[name]!.run(count, payload, underWay)
    return { rate: (count / (performance.now() - began)) * 1_000 }
  }
  const rounds = run.rounds(6, 1)
  run.say(`${names.length} pools, ${payload.length} B, ${underWay} under way, ${rounds} rounds`)
  await interleave(names, run.rounds(2, 1), take)
  return await interleave(names, rounds, take)
}

function tableOf(title: string, samples: Samples): Table {
  return {
    title,
    columns: [
      ['calls/s', 'a second'],
      ['ours / this', 'times'],
    ],
    rows: [...samples.keys()].map((name): [string, ...Figure[]] => [
      name,
      figure(samples, name, 'rate'),
      ratio(samples, 'rate', ours, name),
    ]),
  }
}

function boundsOf(label: string, samples: Samples): Bound[] {
  return Object.entries(bounds)
    .filter(([name]) => samples.has(name))
    .map(([name, least]) => ({
      what: `calls/s, ${label} / ${name}`,
      figure: ratio(samples, 'rate', ours, name),
      unit: 'times',
      least,
    }))
}

/** Work that computes, on one thread and on two workers. */
async function speedUp(run: Run): Promise<Bound> {
  await using two = subjects.openOurs('thread')
  const jobs = run.isQuick ? 8 : 40
  const below = 200_000
  const onPool = async () => {
    await Promise.all(Array.from({ length: jobs }, () => two.countPrimes(below)))
  }
  const inline = async () => {
    for (let job = 0; job < jobs; job++) countPrimes(below)
  }
  const time = async (work: () => Promise<void>) => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
  await onPool()
  await inline()
  const ratios: number[] = []
  for (let round = 0; round < run.rounds(5, 1); round++)
    ratios.push((await time(inline)) / (await time(onPool)))
  return {
    what: 'work that computes, one thread / two workers',
    figure: summary(ratios),
    unit: 'times',
    least: 1.6,
  }
}

/** The durable queue beside BullMQ used directly, and beside Celery: a program of its own, with a Redis of its own. */
import { dependencies } from '../../package.json'
import { bun, here } from './machine'
import { figure, ratio, type Sample, type Samples } from './measure'
import { type Bound, type Group, type Section, type Table, without } from './section'

/** One call at a time waits for the network, and the same code differs from itself by this. */
const alone = 'one at a time, the same code is 0.8 to 1.1 of itself'

const ours = 'this library'
const latency = 'latency'

/** Ours beside each of these, in each of the things that a queue does. */
const bounds: Readonly<
  Record<
    string,
    readonly (readonly [other: string, bound: Pick<Bound, 'least' | 'most' | 'why'>])[]
  >
> = {
  'add, 1 at once': [
    ['BullMQ', { least: 0.95, why: alone }],
    ['Celery', { least: 2, why: alone }],
  ],
  'add, 64 at once': [
    ['BullMQ', { least: 0.95 }],
    ['Celery', { least: 2 }],
  ],
  'process, 1 at once': [['BullMQ', { least: 0.95, why: alone }]],
  'process, 50 at once': [
    ['BullMQ', { least: 0.95 }],
    ['Celery, solo', { least: 3 }],
    ['Celery, prefork', { least: 3 }],
  ],
  [latency]: [
    ['Celery, solo', { most: 0.5 }],
    ['Celery, prefork', { most: 0.5 }],
  ],
}

export const queueGroup: Group = {
  name: 'queue',
  title: 'The queue',

  async measure(run): Promise<Section> {
    run.say('BullMQ and Celery beside it, in short turns')
    const child = Bun.spawn([bun, here('queue.ts'), ...(run.isQuick ? ['quick'] : [])], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [printed, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    const code = await child.exited
    const json = printed.split('\n').find((line) => line.startsWith('{'))
    if (!json) return without(`The queue: it printed no figures (${code}) ${errors}`)
    const { samples, versions } = JSON.parse(json) as Printed
    const measured = new Map(Object.entries(samples).map(([what, of]) => [what, new Map(of)]))
    const hasCelery = measured.get(latency)?.has('Celery, solo')
    return {
      method: methodWith([`bullmq ${dependencies.bullmq}`, ...versions].join(', ')),
      tables: [...measured].map(([what, of]) => tableOf(what, of)),
      bounds: [...measured].flatMap(([what, of]) => boundsOf(what, of)),
      leftOut: hasCelery ? [] : ['Celery: apt-get install python3-celery python3-redis'],
    }
  },
}

type Printed = { samples: Record<string, [string, Sample[]][]>; versions: string[] }

function methodWith(versions: string): string {
  return `No-op jobs, interleaved in short turns (Celery in every fourth), 40 rounds to add and 24 for the rest; one Redis with appendonly and appendfsync everysec: ${versions}. BullMQ through the same client, ioredis ${dependencies.ioredis}, with the same options and ids of the same kind. Celery as its guide says is fast: no results, heartbeat, gossip, mingle, events or rate limits, 128 tasks prefetched; it adds from one thread, and its workers have one process (solo) or two (prefork). The others run jobs in one process. From the call to the start: one job at a time, to another process.`
}

function tableOf(what: string, samples: Samples): Table {
  const first =
    what === latency ? (['p50', 'milliseconds'] as const) : (['jobs/s', 'a second'] as const)
  return {
    title: what === latency ? 'From the call to the start' : what,
    columns: [first, ['ours / this', 'times']],
    rows: [...samples.keys()].map((name) => [
      name,
      figure(samples, name, what),
      ratio(samples, what, ours, name),
    ]),
  }
}

function boundsOf(what: string, samples: Samples): Bound[] {
  return (bounds[what] ?? [])
    .filter(([other]) => samples.has(other))
    .map(([other, bound]) => ({
      what: `${what === latency ? 'time from the call to the start' : `jobs/s, ${what}`} / ${other}`,
      figure: ratio(samples, what, ours, other),
      unit: 'times',
      ...bound,
    }))
}

/** What a request of a lesson costs while the lanes look into it. */
import { bun, here } from './machine'
import { figure, interleave, ratio, type Samples } from './measure'
import { type Bound, type Group, type Section, type Table, without } from './section'
import { pinning, Server } from './server'
import { lacksWrk, load } from './wrk'

const titles = {
  lesson: 'lesson 2, POST /submit',
  bare: 'a handler with two empty tasks',
} as const
const shapes = ['lesson', 'bare'] as const
type Shape = (typeof shapes)[number]

const withLanes = 'with lanes'
const withoutLanes = 'without'
const again = 'without, again'
const subjects = [withLanes, withoutLanes, again] as const

export const lanes: Group = {
  name: 'lanes',
  title: 'A request while the lanes look into it',

  async measure(run): Promise<Section> {
    if (lacksWrk) return without(lacksWrk)
    const rounds = run.rounds(16, 1)
    run.say(`2 shapes, 3 servers each, ${rounds} rounds`)
    const tables: Table[] = []
    const bounds: Bound[] = []
    for (const shape of shapes) {
      const samples = await measureShape(shape, rounds, run.isQuick)
      tables.push(tableOf(shape, samples))
      bounds.push(boundOf(shape, samples))
    }
    return {
      method: `wrk, one connection, a request behind the other, windows of 1 s, ${rounds} rounds, ${pinning}. The server has a channel to the process that has started it, with lanes or without. The tasks of a request run while the next ones are answered, so their events count as well. In lesson 2, the service answers at once.`,
      tables,
      bounds,
      leftOut: [],
    }
  },
}

async function measureShape(shape: Shape, rounds: number, isQuick: boolean): Promise<Samples> {
  await using stack = new AsyncDisposableStack()
  const command = (...args: string[]) => [bun, here('subjects/lanes.ts'), ...args]
  const service = stack.use(await Server.start(command('service', 'without', '0'), { pin: false }))
  const { port } = new URL(service.url)
  const servers = new Map<string, Server>()
  for (const subject of subjects) {
    const looks = subject === withLanes ? 'with' : 'without'
    const server = await Server.start(command(shape, looks, port), { hasChannel: true })
    servers.set(subject, stack.use(server))
  }
  const take = async (name: string) => {
    const sample = await load(servers.get(name)!, '/submit', 1, { method: 'POST' })
    return { ...sample, time: 1e6 / (sample.rate ?? Number.NaN) }
  }
  if (!isQuick) await interleave(subjects, 2, take) // for the compiler
  return await interleave(subjects, rounds, take) // before the servers are stopped
}

function tableOf(shape: Shape, samples: Samples): Table {
  return {
    title: titles[shape],
    columns: [
      ['a request', 'microseconds'],
      ['p50', 'milliseconds'],
      ['processor time a request', 'microseconds'],
      ['this / without', 'times'],
      ['this / without, processor time', 'times'],
    ],
    rows: subjects.map((name) => [
      name,
      figure(samples, name, 'time'),
      figure(samples, name, 'p50'),
      figure(samples, name, 'processor'),
      ratio(samples, 'time', name, withoutLanes),
      ratio(samples, 'processor', name, withoutLanes),
    ]),
  }
}

function boundOf(shape: Shape, samples: Samples): Bound {
  const figureOf = {
    figure: ratio(samples, 'time', withLanes, withoutLanes),
    unit: 'times',
  } as const
  return shape === 'lesson'
    ? {
        what: 'time of a request of lesson 2, with lanes / without',
        ...figureOf,
        most: 1.2,
        why: 'requests come without a pause here, so what is told of their tasks is told while a visitor waits',
      }
    : { what: 'the same, a handler with two empty tasks (for contrast)', ...figureOf }
}

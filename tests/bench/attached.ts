/** Requests a second with one no-op task attached, beside everybody who offers such a thing. */
import { type Figure, figure, interleave, ratio, type Samples } from './measure'
import { names, startPeers } from './peers'
import type { Bound, Group, Section, Table } from './section'
import { without } from './section'
import { pinning } from './server'
import { lacksWrk, load } from './wrk'

const connections = 32

/** Ours beside each of these, in requests a second: at least so many times, and what we aim at. */
const bounds: Readonly<Record<string, { least: number; aim?: number }>> = {
  [names.hook]: { least: 0.93, aim: 0.97 },
  [names.peer]: { least: 1, aim: 1.1 },
  // 1.7 to 2.3 on machines of this size.
  Fastify: { least: 1.5 },
  Express: { least: 3 },
  Starlette: { least: 5 },
  FastAPI: { least: 8 },
  FastHTML: { least: 25 },
}

export const attached: Group = {
  name: 'attached',
  title: 'A route with one no-op task attached',

  async measure(run): Promise<Section> {
    if (lacksWrk) return without(lacksWrk)
    await using stack = new AsyncDisposableStack()
    const { servers, seldom, leftOut } = await startPeers(stack)
    const subjects = [...servers.keys()]
    const rounds = run.rounds(18, 1)
    run.say(`${subjects.length} servers, ${rounds} rounds`)
    const take = (name: string) => load(servers.get(name)!, '/', connections)
    if (!run.isQuick) await interleave(subjects, 1, take) // the compilers' round
    const samples = await interleave(subjects, rounds, take, seldom)
    return {
      method: `wrk, ${connections} connections, windows of 1 s, ${rounds} rounds (those on Node and Python in every fourth), ${pinning}. Processor time is the server's own, of all its threads.`,
      tables: [httpTable(samples, names.ours)],
      bounds: subjects.flatMap((name) => boundOf(name, samples)),
      leftOut,
    }
  },
}

/** The columns that every group over HTTP has. */
export function httpTable(samples: Samples, ours: string): Table {
  return {
    columns: [
      ['requests/s', 'a second'],
      ['p50', 'milliseconds'],
      ['p99', 'milliseconds'],
      ['processor time a request', 'microseconds'],
      ['ours / this, requests/s', 'times'],
      ['this / ours, processor time', 'times'],
    ],
    rows: [...samples.keys()].map((name): [string, ...Figure[]] => [
      name,
      figure(samples, name, 'rate'),
      figure(samples, name, 'p50'),
      figure(samples, name, 'p99'),
      figure(samples, name, 'processor'),
      ratio(samples, 'rate', ours, name),
      ratio(samples, 'processor', name, ours),
    ]),
  }
}

function boundOf(name: string, samples: Samples): Bound[] {
  const bound = bounds[name]
  if (!bound) return []
  // That one takes asynchronous functions only.
  const ours = name === names.peer ? names.oursAsync : names.ours
  const beside = ratio(samples, 'rate', ours, name)
  return [{ what: `requests/s with one task / ${name}`, figure: beside, unit: 'times', ...bound }]
}

/** What grows with the number of requests at once, and with the number of tasks in a list: it should be a line. */
import { inChild } from './child'
import { here, openFiles } from './machine'
import { type Figure, figure, interleave, ratio, type Samples, summary } from './measure'
import { close, names, startAll } from './peers'
import { plot, type Series } from './plot'
import type { Bound, Group, Section, Table } from './section'
import { lacksWrk, load } from './wrk'

export type Growth = Section & { readonly svg: string }

const chain = 'p = p.then(task)'
const inLists = { list: names.ours, chain } as const

/** Where the picture goes when the results are written. */
export const picture = here('growth.svg')

export const growth: Group = {
  name: 'growth',
  title: 'Growth',

  async measure(run): Promise<Growth> {
    const leftOut: string[] = []
    const wanted = run.isQuick ? [10, 100] : [10, 100, 1_000, 10_000]
    const most = Math.min(10_000, openFiles() - 500)
    const atOnce = wanted.map((number) => Math.min(number, most))
    if (most < Math.max(...wanted))
      leftOut.push(`More than ${most} requests at once: ${openFiles()} open files are allowed here`)
    if (lacksWrk) leftOut.push(`Requests at once: ${lacksWrk}`)

    const requests = lacksWrk ? undefined : await measureRequests(atOnce, run.rounds(4, 1))
    run.say('lists of tasks')
    const longest = run.isQuick ? 1_000 : 10_000
    const keys = Object.keys(inLists) as (keyof typeof inLists)[]
    const lists = await interleave(keys, run.rounds(6, 1), (name) =>
      inChild(name, 'growth', longest, run.isQuick ? 5 : 30),
    )
    const sizes = Array.from({ length: Math.log10(longest) + 1 }, (_, power) => 10 ** power)
    const listTable: Table = {
      title: 'A list of so many tasks, from the first addTask to its end',
      columns: sizes.map((size) => [size.toLocaleString('en-US'), 'microseconds']),
      rows: keys.map((key) => [
        inLists[key],
        ...sizes.map((size) => scaled(figure(lists, key, String(size)), 1 / 1_000)),
      ]),
    }
    const [first, last] = [100, longest]
    const linear: Bound = {
      what: `a task in a list of ${last.toLocaleString('en-US')} / in one of ${first}`,
      figure: scaled(grown(lists, first, last), first / last),
      unit: 'times',
      most: 1.25,
    }
    const series = [
      ...(requests ? [seriesOf('Requests at once: p50 in ms', atOnce, requests.latency)] : []),
      seriesOf('Tasks in a list: its time in µs', sizes, listTable),
    ]
    return {
      method: `Requests at once: wrk with so many connections for a second. Both axes of the pictures are logarithmic: what grows in proportion is a straight line.`,
      tables: [...(requests ? [requests.rates, requests.latency] : []), listTable],
      bounds: [...(requests ? [requests.bound] : []), linear],
      leftOut,
      svg: plot(series),
    }
  },
}

async function measureRequests(atOnce: readonly number[], rounds: number) {
  await using stack = new AsyncDisposableStack()
  const subjects = [names.ours, names.hook]
  const servers = await startAll(
    Object.fromEntries(subjects.map((name) => [name, close[name] ?? []])),
    stack,
  )
  const samples = await interleave(subjects, rounds, async (name) => {
    const sample: Record<string, number> = {}
    for (const connections of atOnce) {
      const { rate = Number.NaN, p50 = Number.NaN } = await load(
        servers.get(name)!,
        '/',
        connections,
      )
      sample[`rate ${connections}`] = rate
      sample[`p50 ${connections}`] = p50
    }
    return sample
  })
  const table = (title: string, what: string, unit: 'a second' | 'milliseconds'): Table => ({
    title,
    columns: atOnce.map((number) => [number.toLocaleString('en-US'), unit]),
    rows: subjects.map((name) => [
      name,
      ...atOnce.map((number) => figure(samples, name, `${what} ${number}`)),
    ]),
  })
  const most = atOnce.at(-1) ?? 0
  const bound: Bound = {
    what: `requests/s with ${most.toLocaleString('en-US')} at once / ${names.hook}`,
    figure: ratio(samples, `rate ${most}`, names.ours, names.hook),
    unit: 'times',
    least: 0.9,
    why: 'the quartiles are wider apart than the bound is from 1',
  }
  return {
    rates: table('Requests a second, with so many at once', 'rate', 'a second'),
    latency: table('p50, with so many at once', 'p50', 'milliseconds'),
    bound,
  }
}

/** How many times as long the list of `last` tasks took, round by round. */
function grown(lists: Samples, first: number, last: number): Figure {
  const samples = lists.get('list') ?? []
  return summary(
    samples.map((sample) => (sample?.[last] ?? Number.NaN) / (sample?.[first] ?? Number.NaN)),
  )
}

function seriesOf(title: string, xs: readonly number[], { rows }: Table): Series {
  const lines = rows.map(([name, ...figures]) => ({
    name,
    ys: figures.map((one) => one?.median ?? Number.NaN),
  }))
  return { title, xs, lines }
}

function scaled({ median, low, high }: Figure, by: number): Figure {
  return { median: median * by, low: low * by, high: high * by }
}

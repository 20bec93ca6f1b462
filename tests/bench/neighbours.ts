/** What everybody else notices of a task that blocks: on a worker, and on the event loop. */
import { bun, here } from './machine'
import { figure, interleave, ratio, type Sample, summary } from './measure'
import type { Group, Section } from './section'
import { Server } from './server'

const shapes = {
  'no task': '/',
  'four tasks a second on workers': '/worker',
  'four tasks a second on the event loop': '/loop',
} as const
const [idle, onWorkers, onLoop] = Object.keys(shapes) as [string, string, string]

/** Milliseconds between two requests of the neighbour, and between two tasks. */
const beat = 5
const between = 250

export const neighbours: Group = {
  name: 'neighbours',
  title: 'Another route while tasks of 200 ms block',

  async measure(run): Promise<Section> {
    // Workers need the other core: nothing is pinned here.
    const command = [bun, here('subjects/blocking.ts'), 'ours']
    await using server = await Server.start(command, { pin: false })
    const rounds = run.rounds(8, 1)
    const milliseconds = run.isQuick ? 1_000 : 2_000
    run.say(`3 kinds of tasks, ${rounds} rounds of ${milliseconds} ms`)
    const take = (name: string) => visit(server, shapes[name as keyof typeof shapes], milliseconds)
    await visit(server, '/worker', 500)
    const samples = await interleave(Object.keys(shapes), rounds, take)
    return {
      method: `A request every ${beat} ms, sent whether or not the one before has been answered, ${rounds} rounds of ${milliseconds} ms. Not pinned.`,
      tables: [
        {
          columns: [
            ['p50', 'milliseconds'],
            ['p99', 'milliseconds'],
          ],
          rows: Object.keys(shapes).map((name) => [
            name,
            figure(samples, name, 'p50'),
            figure(samples, name, 'p99'),
          ]),
        },
      ],
      bounds: [
        {
          what: `p99 of a neighbour, tasks on workers / ${idle}`,
          figure: ratio(samples, 'p99', onWorkers, idle),
          unit: 'times',
          most: 10,
        },
        {
          what: `the same, tasks on the event loop (for contrast)`,
          figure: ratio(samples, 'p99', onLoop, idle),
          unit: 'times',
        },
      ],
      leftOut: [],
    }
  },
}

async function visit(server: Server, trigger: string, milliseconds: number): Promise<Sample> {
  const began = performance.now()
  const times: number[] = []
  const ping = async () => {
    const sent = performance.now()
    await (await fetch(`${server.url}/`)).text()
    times.push(performance.now() - sent)
  }
  const start = async () => void (await (await fetch(server.url + trigger)).text())
  const visits: Promise<void>[] = []
  for (let number = 0; number * beat < milliseconds; number++) {
    await Bun.sleep(Math.max(0, began + number * beat - performance.now()))
    if ((number * beat) % between === 0) visits.push(start())
    visits.push(ping())
  }
  await Promise.all(visits)
  // The last task must have ended before the next kind begins.
  await Bun.sleep(between)
  const sorted = times.toSorted((one, two) => one - two)
  return { p50: summary(times).median, p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN }
}

/** Tasks a second in one process, and the memory of those that wait. */
import { inChild, rateInChild } from './child'
import { figure, interleave, ratio, type Sample } from './measure'
import type { Bound, Group, Section, Table } from './section'

/** What in-process.ts calls them, and what the report does. */
const subjects = {
  list: 'this library, one list',
  runner: 'this library, each a list of its own',
  chain: 'p = p.then(task)',
  'p-queue': 'p-queue, one at a time',
} as const
const names = Object.keys(subjects) as (keyof typeof subjects)[]
const waiting = names.filter((name) => name !== 'chain')

export const inProcess: Group = {
  name: 'in-process',
  title: 'No-op tasks in one process',

  async measure(run): Promise<Section> {
    const rounds = run.rounds(10, 1)
    const [tasks, times] = run.isQuick ? [2_000, 10] : [10_000, 30]
    run.say(`${names.length} subjects, ${rounds} rounds, and their memory`)
    const rates = await interleave(names, rounds, (name) => rateInChild(name, tasks, times))
    const sizes = run.isQuick ? [10_000] : [100_000, 1_000_000]
    const memory = await interleave(waiting, run.rounds(3, 1), async (name) => {
      const sample: Record<string, number> = {}
      for (const size of sizes) sample[size] = await bytesOf(name, size)
      return sample
    })

    const speed: Table = {
      columns: [
        ['tasks/s', 'a second'],
        ['a task', 'nanoseconds'],
        ['one list / this, tasks/s', 'times'],
      ],
      rows: names.map((name) => [
        subjects[name],
        figure(rates, name, 'rate'),
        figure(rates, name, 'nanoseconds'),
        ratio(rates, 'rate', 'list', name),
      ]),
    }
    const held: Table = {
      title: 'Memory of a task that waits, behind so many others',
      columns: sizes.map((size) => [size.toLocaleString('en-US'), 'bytes']),
      rows: waiting.map((name) => [
        subjects[name],
        ...sizes.map((size) => figure(memory, name, String(size))),
      ]),
    }
    return {
      method: `${tasks.toLocaleString('en-US')} tasks that are added and run, the median of ${times} times in a process of its own, ${rounds} rounds. Memory is what the collector leaves of the heap, divided by the tasks.`,
      tables: [speed, held],
      bounds: [
        {
          ...bound(
            'tasks/s in one list / p = p.then(task)',
            ratio(rates, 'rate', 'list', 'chain'),
            0.5,
          ),
          why: 'a task also has a name, a status and its own AsyncLocalStorage',
        },
        bound('tasks/s in one list / p-queue', ratio(rates, 'rate', 'list', 'p-queue'), 1),
        ...sizes.map((size) =>
          bound(
            `memory of a waiting task, p-queue / one list, ${size.toLocaleString('en-US')} tasks`,
            ratio(memory, String(size), 'p-queue', 'list'),
            1,
          ),
        ),
      ],
      leftOut: [],
    }
  },
}

function bound(what: string, beside: Bound['figure'], least: number): Bound {
  return { what, figure: beside, unit: 'times', least }
}

async function bytesOf(name: string, size: number): Promise<number> {
  const { bytes = Number.NaN }: Sample = await inChild(name, 'memory', size, 1)
  return bytes
}

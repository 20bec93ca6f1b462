/**
 * Tasks in one process, without any server: `in-process.ts <subject> rate|memory|growth <tasks> <times>` prints the
 * nanoseconds of a task, the bytes of one that waits, or the nanoseconds of lists of 1 to so many tasks.
 */
import { heapStats } from 'bun:jsc'

import PQueue from 'p-queue'

import { summary } from '../measure'

const [subject = '', what, tasks, times] = process.argv.slice(2)
const count = Number(tasks)
const noop = () => {}

// The core without tracing is the core with a function that does nothing in its place.
if (subject === 'list without tracing')
  Bun.plugin({
    name: 'without tracing',
    setup(build) {
      build.onLoad({ filter: /core\/trace\.ts$/ }, async ({ path }) => {
        const published = /export function publishTask\([^]*?\n}\n/
        const source = await Bun.file(path).text()
        if (!published.test(source)) throw new Error(`${path} publishes nothing.`)
        return {
          contents: source.replace(published, 'export function publishTask() {}\n'),
          loader: 'ts',
        }
      })
    },
  })
const { BackgroundTasks } = await import('../../../core/tasks')
const { BackgroundRunner } = await import('../../../core/runner')

/** Takes so many tasks and returns what runs them. */
type Subject = (count: number) => { keeps: unknown; run(): Promise<unknown> }

const list: Subject = (size) => {
  const waiting = new BackgroundTasks()
  for (let number = 0; number < size; number++) waiting.addTask(noop)
  return { keeps: waiting, run: () => waiting.run() }
}

const subjects: Record<string, Subject> = {
  list,
  'list again': list,
  'list without tracing': list,
  runner(size) {
    const runner = new BackgroundRunner({ capacity: Infinity })
    for (let number = 0; number < size; number++) runner.addTask(noop)
    return { keeps: runner, run: () => runner.idle() }
  },
  chain(size) {
    let promise = Promise.resolve()
    // A chain that may not start yet cannot be had: it runs in the next microtasks.
    for (let number = 0; number < size; number++) promise = promise.then(noop)
    return { keeps: promise, run: () => promise }
  },
  'p-queue'(size) {
    const queue = new PQueue({ concurrency: 1, autoStart: false })
    for (let number = 0; number < size; number++) void queue.add(noop)
    return { keeps: queue, run: () => queue.start().onIdle() }
  },
}

const take = subjects[subject]
if (!take) throw new TypeError(`No subject is called ${subject}.`)

async function nanosecondsOf(size: number): Promise<number> {
  Bun.gc(true)
  // Few tasks are over before the clock can tell: several lists, one after another.
  const lists = Math.max(1, Math.floor(1_000 / size))
  const began = Bun.nanoseconds()
  for (let number = 0; number < lists; number++) await take!(size).run()
  return (Bun.nanoseconds() - began) / lists
}

async function medianOf(size: number): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time < Number(times); time++) taken.push(await nanosecondsOf(size))
  return summary(taken).median
}

function used(): number {
  Bun.gc(true)
  return heapStats().heapSize + heapStats().extraMemorySize
}

if (what === 'memory') {
  const before = used()
  const { keeps } = take(count)
  console.log(JSON.stringify({ bytes: (used() - before) / count, keeps: typeof keeps }))
} else if (what === 'growth') {
  await medianOf(count) // for the compiler
  const grown: Record<string, number> = {}
  for (let size = 1; size <= count; size *= 10) grown[size] = await medianOf(size)
  console.log(JSON.stringify(grown))
} else {
  await medianOf(count) // for the compiler: a server has had more than that within its first seconds
  console.log(JSON.stringify({ nanoseconds: (await medianOf(count)) / count }))
}
process.exit()

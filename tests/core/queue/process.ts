/**
 * A process of its own that adds jobs, consumes them, or both, so that a test can kill it. It prints what it has done
 * as it does it: the number of every job that is stored, then what it is at.
 */
import { consume, queue } from '../../../core/queue'
import * as tasks from './tasks'

export type ProcessOptions = {
  name: string
  url: string | null
  file?: string
  /** How many jobs to add, from which number on. */
  add?: number
  from?: number
  /** One after another, not a hundred at a time. */
  oneByOne?: boolean
  /** Whether to run them, each leaving a line in `lines`. */
  consume?: boolean
  lines: string
  lostAfter?: number
  /** Whether to end when nothing is left. */
  untilEmpty?: boolean
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions
const { name, url, file, lines, from = 0, add = 0 } = options
const where = { url, ...(file !== undefined && { file }) }

const jobs = queue<typeof tasks>(name, { ...where, attempts: 5, backoff: 100, patience: 20_000 })
const consumer = options.consume
  ? await consume(name, tasks, { ...where, concurrency: 10, lostAfter: options.lostAfter ?? 2_000 })
  : undefined
console.log('ready')

process.on('SIGTERM', () => void end())

const step = options.oneByOne ? 1 : 100
for (let first = from; first < from + add; first += step) {
  const numbers = Array.from({ length: Math.min(step, from + add - first) }, (_, i) => first + i)
  await Promise.all(
    numbers.map(async (number) => {
      await jobs.with({ key: String(number) }).leaveLine(lines, String(number))
      console.log(`stored ${number}`)
    }),
  )
}
console.log('added')

if (options.untilEmpty) {
  for (;;) {
    const { waiting, running } = await jobs.count()
    if (waiting + running === 0) break
    await Bun.sleep(20)
  }
  await end()
}

async function end(): Promise<void> {
  await consumer?.close()
  await jobs.close()
  process.exit(0)
}

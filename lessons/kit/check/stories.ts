/**
 * What becomes of the orders of lesson 5's exercise. Its jobs run on the real queue, in a process that is killed or not; then
 * it is started again and lives until the queue is empty. Each story has a folder of its own.
 */
import { Database } from 'bun:sqlite'
import { join } from 'node:path'

import { patience, startApart } from './apart'
import { Broken } from './broken'
import type { KillPoint } from './kill-points'
import { beginRun } from './lanes'
import { showLane } from './lanes-apart'
import type { JobsEnd, JobsMessage, JobsOptions } from './run-jobs'
import { TemporaryFolder } from './temporary-folder'

export type Order = { order: string; customer: string; points: number }

/** What a story ends with. */
export type Story = {
  run: number
  kill: KillPoint
  isKilled: boolean
  end: JobsEnd
  points: ReadonlyMap<string, number>
  remembered: number
}

/** One life that is killed, or not; and another one after a kill. */
export async function tellStory(folder: string, orders: Order[], kill: KillPoint): Promise<Story> {
  using own = new TemporaryFolder()
  const presses = orders.map(
    (order) => `/order?${new URLSearchParams({ ...order, points: String(order.points) })}`,
  )
  const file = join(own.path, 'queue.sqlite')
  const writesTo = join(own.path, 'shop.sqlite')
  const run = beginRun()
  const live = (more: { presses: string[]; kill: KillPoint }) =>
    oneLife(own.path, run, { folder, queue: 'points', file, writesTo, ...more })
  const first = await live({ presses, kill })
  const isKilled = !first && kill !== 'never'
  const end = isKilled ? await live({ presses: [], kill: 'never' }) : first
  if (!end)
    throw new Broken(
      `${isKilled ? 'Killed and started again, a' : 'A'} job did not come to an end within ${Math.round(patience() / 1_000)} s: it waits for what never comes, or loops without an end.`,
      { run, isEndless: true },
    )
  return { run, kill, isKilled, end, ...lookInto(writesTo) }
}

/** Resolves when the process has ended, with its last words. */
async function oneLife(path: string, run: number, options: JobsOptions) {
  let end: JobsEnd | undefined
  const hear = (message: JobsMessage) => {
    if ('end' in message) ({ end } = message)
    // Orders are pressed before any job runs; what is drawn is what becomes of the jobs.
    else if (message.lane.type !== 'request') showLane(message.lane, run)
  }
  const say = (status: 'started' | 'killed', text: string) =>
    showLane({ type: 'process', at: performance.timeOrigin + performance.now(), status, text }, run)
  say('started', 'the program is started')
  await startApart('run-jobs.ts', { options, hear, env: { POINTS_FOLDER: path } }).exited
  if (!end) say('killed', `the program was killed ${inWords(options.kill)}`)
  return end
}

function lookInto(file: string) {
  using shop = new Database(file)
  const points = shop
    .query<{ customer: string; total: number }, []>('SELECT customer, total FROM points')
    .all()
    .map(({ customer, total }) => [customer, total] as const)
  const remembered = shop.query('SELECT item FROM remembered').all().length
  return { points: new Map(points), remembered }
}

export function inWords(kill: KillPoint): string {
  if (kill === 'before') return 'before its first write'
  if (kill === 'printing') return 'while its receipt was printed'
  const ordinals = ['first', 'second', 'third', 'fourth']
  return `after its ${ordinals[Number(kill) - 1] ?? `${kill}th`} write`
}

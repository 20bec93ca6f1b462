/**
 * The jobs run on the real queue, in a process that is killed: before the first write to the shop's file, right after each
 * of them, and while the receipt is printed. Then it is started again and lives until the queue is empty. Every moment is
 * tried, so no luck is in it. Each story has a folder of its own.
 */
import { Database } from 'bun:sqlite'
import { join } from 'node:path'

import { startApart } from '../kit/check/apart'
import { between, shuffled } from '../kit/check/chance'
import { beginRun, Broken, type Exercise, judge, must } from '../kit/check/judge'
import type { KillPoint } from '../kit/check/kill-points'
import { showLane } from '../kit/check/lanes-apart'
import type { JobsEnd, JobsMessage, JobsOptions } from '../kit/check/run-jobs'
import { TemporaryFolder } from '../kit/check/temporary-folder'

type Order = { order: string; customer: string; points: number }

/** What a story ends with. `end` is missing where the queue was never empty again. */
type Story = {
  run: number
  kill: KillPoint
  isKilled: boolean
  end: JobsEnd | undefined
  points: ReadonlyMap<string, number>
  remembered: number
}

async function observe(exercise: Exercise) {
  using home = new TemporaryFolder()
  Bun.env.POINTS_FOLDER = home.path
  await exercise.app() // what cannot be loaded is said with its place

  const [few, many] = [between(5, 40), between(41, 90)]
  const one = { order: 'order-1', customer: 'ada', points: few }
  const twice = { order: 'order-4', customer: 'linus', points: few }
  const orders = shuffled<Order>([
    one,
    { order: 'order-2', customer: 'ada', points: many },
    { order: 'order-3', customer: 'grace', points: few },
    twice,
  ])
  const tell = (presses: Order[], kill: KillPoint) => tellStory(exercise.folder, presses, kill)
  const calm = await tell([...orders, twice], 'never')
  if (!calm.end)
    throw new Broken('A job never ends: it waits for what never comes, or loops without an end.', {
      isEndless: true,
    })
  const writesOfOne = Math.max(1, Math.round(calm.end.writes / orders.length))
  const moments: KillPoint[] = ['before', ...numbersTo(writesOfOne), 'printing']
  const kills = await Promise.all(moments.map((moment) => tell([one], moment)))
  return { few, many, calm, kills: kills.filter(({ isKilled }) => isKilled) }
}

type Seen = Awaited<ReturnType<typeof observe>>

await judge(5, observe, {
  'Without a crash, every order counts.': ({ calm: { end, points, run }, few, many }) => {
    const [ada = 0, grace = 0] = [points.get('ada'), points.get('grace')]
    must(
      ada !== few && ada !== many,
      `ada ordered twice, for ${few} and ${many} points, and has ${ada}. Two orders of one customer are two orders.`,
      run,
    )
    const isRight = ada === few + many && grace === few
    if (!isRight && end?.problem) throw new Broken(end.problem.sentence, { ...end.problem, run })
    must(
      isRight,
      `Nothing was killed, ada ordered ${few} and ${many} points and has ${ada}, grace ordered ${few} and has ${grace}.`,
      run,
    )
  },
  'No kill loses an order.': ({ kills, few }) => {
    for (const { kill, points, remembered, run } of kills) {
      const why =
        remembered > 0
          ? 'It was remembered, and its points were not added.'
          : 'It was not run again.'
      must(
        (points.get('ada') ?? 0) > 0,
        `Killed ${inWords(kill)}, an order of ${few} points is never counted. ${why}`,
        run,
      )
    }
  },
  'No kill makes an order count twice.': (seen) => {
    for (const story of seen.kills) {
      const ada = story.points.get('ada') ?? 0
      must(
        ada === seen.few,
        `Killed ${inWords(story.kill)}, an order of ${seen.few} points counts as ${ada}. ${whyTwice(story, seen)}`,
        story.run,
      )
    }
  },
  'One order, pressed twice at once, counts once.': ({ calm: { points, run }, few }) => {
    const linus = points.get('linus') ?? 0
    must(
      linus === few,
      `The button of one order was pressed twice, and its ${few} points count as ${linus}.`,
      run,
    )
  },
  'Every job ends well.': ({ calm, kills }) => {
    for (const { end, run } of [calm, ...kills]) {
      must(end !== undefined, 'The points are right, and the queue is never empty again.', run)
      must(
        end.failed === 0,
        'The points are right, but the second run fails each time until it is a dead letter. A job that has nothing left to do has succeeded.',
        run,
      )
    }
  },
})

/** One life that is killed, or not; and another one after a kill. */
async function tellStory(folder: string, orders: Order[], kill: KillPoint): Promise<Story> {
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

/** The last words go by what is in the files, not by what stands in the source. */
function whyTwice({ remembered }: Story, { calm, few }: Seen): string {
  if (remembered > 0) return 'It was remembered, but too late: the kill came between.'
  // Four orders, five presses.
  if (calm.end?.jobs === 4) return 'A key stores one job; one job can still run twice.'
  if (calm.points.get('linus') === few) return 'What the first run knew has gone with its process.'
  return 'The second run does not know of the first.'
}

function inWords(kill: KillPoint): string {
  if (kill === 'before') return 'before its first write'
  if (kill === 'printing') return 'while its receipt was printed'
  const ordinals = ['first', 'second', 'third', 'fourth']
  return `after its ${ordinals[Number(kill) - 1] ?? `${kill}th`} write`
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

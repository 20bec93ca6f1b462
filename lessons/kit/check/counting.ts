/**
 * Presses the buttons of lesson 4's exercise, in whose app numbers are counted. Nothing is held against a clock. How long a
 * visitor waits is compared with how long the count of the same run takes, so that a slow machine stretches both.
 */
import { Broken } from './broken'
import { between, comes, moment, shuffled } from './chance'
import { beginRun } from './lanes'
import { AppEnded, type ServedApp } from './served-app'

export type Rows = ReadonlyMap<number, string>
type Look = { sent: number; back: number; rows: Rows }
/** No more than the run if the app has ended in it. */
type Crash = {
  run: number
  fine?: number[]
  rows?: Rows
  /** How many of the fine ones were not counted when all tasks had ended, and whether they were afterwards. */
  lost?: number
  isLate?: boolean
  failures?: number
  after?: number
  rowsAfter?: Rows
}

export const none: Rows = new Map()

/** One long count, and another visitor who looks at the results all the time. */
export async function countWhileOthersLook(app: ServedApp) {
  const limit = 1_500_000 + between(0, 200_000)
  const run = (app.run = beginRun())
  app.changes.length = 0
  const looks: Look[] = []
  const over = new AbortController()
  const look = async () => {
    while (!over.signal.aborted) {
      const sent = now()
      looks.push({ sent, rows: await rowsOf(app), back: now() })
      await moment(1)
    }
  }
  await rowsOf(app)
  const looking = look()
  await moment(5, 25)
  const rowAtOnce = rowOf(rowsIn(await app.ask(`/count?limits=${limit}`, 'POST')), limit)
  await app.idle()
  const rowAtIdle = rowOf(await rowsOf(app), limit)
  const findShown = () => looks.find(({ rows }) => isOver(rowOf(rows, limit)))
  // What is nobody's task may still come; from a worker, until its call has ended.
  const isShown = () => findShown() !== undefined
  const { calls } = app
  await comes(() => isShown() || calls.begun > 0, 1_500)
  if (calls.begun > 0) {
    await comes(() => isShown() || calls.begun === calls.ended, 5_000)
    await comes(isShown, 200)
  }
  over.abort()
  await looking

  const shown = findShown()
  const began = app.changes.find(({ status }) => status === 'running')?.at
  const ended = app.changes.find(({ status }) => status === 'succeeded' || status === 'failed')
  if (ended?.problem) throw new Broken(ended.problem.sentence, { ...ended.problem, run })
  if (began === undefined || ended === undefined) return { run, limit, rowAtOnce, rowAtIdle, shown }
  // To the end of the task, or to its row if that comes later.
  const end = Math.max(ended.at, shown?.back ?? 0)
  const waits = looks.map(({ sent, back }) => Math.min(back, end) - Math.max(sent, began))
  return {
    run,
    limit,
    rowAtOnce,
    rowAtIdle,
    shown,
    // In a few milliseconds nobody has counted that far, whoever waited.
    waited: end - began < 20 ? 0 : Math.max(...waits) / (end - began),
    /** It had ended when most of that time was still to come. */
    isEarly: ended.at - began < (end - began) / 2,
  }
}

/**
 * Counts, and a crash between them: neither first nor last. The first one is long: it is under way when 13 crashes, if they
 * are counted side by side. Then one more visitor.
 */
export async function countAndCrash(app: ServedApp): Promise<Crash> {
  const [long, ...short] = [1_500_000, 30, 400, 5_000].map((limit) => limit + between(0, 9))
  const fine = [long ?? 0, ...shuffled(short)]
  const limits = fine.toSpliced(between(1, 2), 0, 13)
  const after = 100 + between(0, 50)
  const run = (app.run = beginRun())
  app.changes.length = 0
  try {
    await app.ask(`/count?limits=${limits.join()}`, 'POST')
    await app.idle()
    const slip = app.changes.find(({ isSlip }) => isSlip)?.problem
    if (slip) throw new Broken(slip.sentence, { ...slip, run })
    const rows = await rowsOf(app)
    const lost = fine.filter((limit) => !isOver(rowOf(rows, limit)))
    const isLate = lost.length > 0 && (await comeLate(app, lost))
    const failures = app.changes.filter(({ status }) => status === 'failed').length
    await app.ask(`/count?limits=${after}`, 'POST')
    await app.idle()
    return {
      run,
      fine,
      rows,
      lost: lost.length,
      isLate,
      failures,
      after,
      rowsAfter: await rowsOf(app),
    }
  } catch (error) {
    if (error instanceof AppEnded) return { run }
    throw error
  }
}

/** Whether rows come to their end although no task is left. Only a wrong answer takes the time. */
async function comeLate(app: ServedApp, limits: readonly number[]): Promise<boolean> {
  for (let looks = 0; looks < 10;) {
    const rows = await rowsOf(app)
    if (limits.every((limit) => isOver(rowOf(rows, limit)))) return true
    // What a worker still counts may take its time.
    if (app.calls.begun === app.calls.ended) looks++
    await moment(50)
  }
  return false
}

/** What the list on the page says, by its numbers. */
async function rowsOf(app: ServedApp): Promise<Rows> {
  return rowsIn(await app.ask('/results'))
}

function rowsIn(list: string): Rows {
  const rows = list.matchAll(/<li[^>]*>(\d+): ([^<]*)<\/li>/g)
  return new Map(Array.from(rows, ([, limit, row = '']) => [Number(limit), row]))
}

export function rowOf(rows: Rows, limit: number): string {
  return rows.get(limit) ?? 'counting'
}

export function isOver(row: string): boolean {
  return row !== 'counting'
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

/** What a row says in the end. Counted in another way: with a sieve. */
export function primesUpTo(limit: number): string {
  const isCrossed = new Uint8Array(limit + 1)
  let primes = 0
  for (let n = 2; n <= limit; n++) {
    if (isCrossed[n]) continue
    primes++
    for (let multiple = n * n; multiple <= limit; multiple += n) isCrossed[multiple] = 1
  }
  return `${primes} primes`
}

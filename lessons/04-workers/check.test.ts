/**
 * The app runs in a process of its own: a wrong answer ends it. Nothing is held against a clock. How long a visitor waits
 * is compared with how long the count of the same run takes, so that a slow machine stretches both.
 */
import { between, comes, moment, shuffled } from '../kit/check/chance'
import { beginRun, Broken, type Exercise, judge, must } from '../kit/check/judge'
import { AppEnded, ServedApp } from '../kit/check/served-app'

type Rows = ReadonlyMap<number, string>
type Look = { sent: number; back: number; rows: Rows }
/** No more than the run if the app has ended in it. */
type Crash = {
  run: number
  fine?: number[]
  rows?: Rows
  failures?: number
  after?: number
  rowsAfter?: Rows
}

const none: Rows = new Map()

async function observe(exercise: Exercise) {
  await exercise.app() // what cannot be loaded is said with its place
  using app = new ServedApp(exercise.folder)
  let long = await countWhileOthersLook(app)
  // Where the machine is busy, a visitor may wait for that. A count that blocks makes him wait each time.
  for (let more = 0; more < 2 && isLong(long.waited); more++) long = await countWhileOthersLook(app)
  return { long, crash: await countAndCrash(app) }
}

function isLong(waited: number | undefined): boolean {
  return waited !== undefined && waited >= 0.5
}

/** One long count, and another visitor who looks at the results all the time. */
async function countWhileOthersLook(app: ServedApp) {
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
  await app.ask(`/count?limits=${limit}`, 'POST')
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
  if (began === undefined || ended === undefined) return { run, limit, rowAtIdle, shown }
  // To the end of the task, or to its row if that comes later.
  const end = Math.max(ended.at, shown?.back ?? 0)
  const waits = looks.map(({ sent, back }) => Math.min(back, end) - Math.max(sent, began))
  return {
    run,
    limit,
    rowAtIdle,
    shown,
    waited: Math.max(...waits) / (end - began),
  }
}

/** Small counts, and a crash between them: neither first nor last. Then one more visitor. */
async function countAndCrash(app: ServedApp): Promise<Crash> {
  const fine = shuffled([30, 400, 5_000, 60_000].map((limit) => limit + between(0, 9)))
  const limits = fine.toSpliced(between(1, 2), 0, 13)
  const after = 100 + between(0, 50)
  const run = (app.run = beginRun())
  app.changes.length = 0
  try {
    await app.ask(`/count?limits=${limits.join()}`, 'POST')
    await app.idle()
    const rows = await rowsOf(app)
    const failures = app.changes.filter(({ status }) => status === 'failed').length
    await app.ask(`/count?limits=${after}`, 'POST')
    await app.idle()
    return { run, fine, rows, failures, after, rowsAfter: await rowsOf(app) }
  } catch (error) {
    if (error instanceof AppEnded) return { run }
    throw error
  }
}

await judge(4, observe, {
  'While a task counts, nobody waits.': ({ long: { waited, run } }) => {
    must(
      waited !== undefined,
      'The press was answered, and no task has run: nothing was added.',
      run,
    )
    must(
      !isLong(waited),
      `While a task counted, another visitor waited for ${Math.round(waited * 100)} % of that time. It ran on the thread that serves.`,
      run,
    )
  },
  'When a task has ended, its count is in its row.': ({ long }) => {
    const { limit, rowAtIdle, shown, run } = long
    must(
      shown !== undefined,
      'The task ended well, and its row says counting, for ever. What runs on a worker cannot reach a variable of the app.',
      run,
    )
    must(
      isOver(rowAtIdle),
      'The task had ended when its count had not: nobody awaits it. Ctrl-C would lose it.',
      run,
    )
    mustBeCounted(limit, rowAtIdle, run)
  },
  'The server outlives a crash.': ({ crash }) =>
    must(
      crash.rows !== undefined,
      'The number 13 ended the server, and everybody with it. No catch can stop that: it has to run somewhere else.',
      crash.run,
    ),
  'A crash costs its own row only.': ({ crash: { run, fine = [], rows = none, ...later } }) => {
    const lost = fine.filter((limit) => !isOver(rowOf(rows, limit))).length
    const isTold = isOver(rowOf(rows, 13))
    must(isTold || lost > 0, '13 crashed, and its row says counting, for ever.', run)
    must(
      lost === 0,
      `13 crashed, and ${lost} numbers behind it were never counted. A failed task stops the ones behind it.` +
        (isTold ? '' : ' And the row of 13 says counting, for ever.'),
      run,
    )
    must(
      !/^\d/.test(rowOf(rows, 13)),
      `Nothing can count up to 13 here, and its row says: ${rowOf(rows, 13)}.`,
      run,
    )
    for (const limit of fine) mustBeCounted(limit, rowOf(rows, limit), run)
    const { after = 0, rowsAfter = none } = later
    must(
      rowOf(rowsAfter, after) === primesUpTo(after),
      'After the crash, the next visitor gets nothing counted.',
      run,
    )
  },
  'The app is told of the crash.': ({ crash: { failures = 0, run } }) =>
    must(
      failures === 1,
      `13 crashed, and the app knows of ${failures} failed tasks. An error that is caught and not thrown again is a success.`,
      run,
    ),
})

function mustBeCounted(limit: number, row: string, run: number): void {
  const right = primesUpTo(limit)
  must(row === right, `Up to ${limit} there are ${right}. The row says: ${row}.`, run)
}

/** What the list on the page says, by its numbers. */
async function rowsOf(app: ServedApp): Promise<Rows> {
  const list = await app.ask('/results')
  const rows = list.matchAll(/<li[^>]*>(\d+): ([^<]*)<\/li>/g)
  return new Map(Array.from(rows, ([, limit, row = '']) => [Number(limit), row]))
}

function rowOf(rows: Rows, limit: number): string {
  return rows.get(limit) ?? 'counting'
}

function isOver(row: string): boolean {
  return row !== 'counting'
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Counted in another way: with a sieve. */
function primesUpTo(limit: number): string {
  const isCrossed = new Uint8Array(limit + 1)
  let primes = 0
  for (let n = 2; n <= limit; n++) {
    if (isCrossed[n]) continue
    primes++
    for (let multiple = n * n; multiple <= limit; multiple += n) isCrossed[multiple] = 1
  }
  return `${primes} primes`
}

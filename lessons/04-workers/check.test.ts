/** The app runs in a process of its own: a wrong answer ends it. */
import {
  countAndCrash,
  countWhileOthersLook,
  isOver,
  none,
  primesUpTo,
  rowOf,
} from '../kit/check/counting'
import { type Exercise, judge, must } from '../kit/check/judge'
import { ServedApp } from '../kit/check/served-app'

await judge(4, observe, {
  'While a task counts, nobody waits.': ({ long: { waited, isEarly, rowAtOnce, run } }) => {
    must(
      !isOver(rowAtOnce),
      'Who pressed the button waited for the whole count. The page was not there before it.',
      run,
    )
    must(
      waited !== undefined,
      'The press was answered, and no task has run: nothing was added.',
      run,
    )
    must(
      !isLong(waited),
      `While a ${isEarly ? 'number was counted' : 'task counted'}, another visitor waited for ${Math.round(waited * 100)} % of that time. ${
        isEarly
          ? 'The task had ended before, but what comes later still runs on the thread that serves.'
          : 'It ran on the thread that serves.'
      }`,
      run,
    )
  },
  'When a task has ended, its count is in its row.': ({ long }) => {
    const { limit, rowAtIdle, shown, run } = long
    must(
      shown !== undefined,
      `The task ended well, and its row says counting, for ever. ${
        long.isGivenBack
          ? 'The worker gave the count back, and nobody put it into the row.'
          : 'What runs on a worker cannot reach a variable of the app.'
      }`,
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
    const { lost = 0, isLate, after = 0, rowsAfter = none } = later
    const isTold = isOver(rowOf(rows, 13))
    must(isTold || lost > 0, '13 crashed, and its row says counting, for ever.', run)
    must(
      !isLate,
      `13 crashed, and its task had ended when ${lost} other numbers were not counted yet: no task waits for them.`,
      run,
    )
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

async function observe(exercise: Exercise) {
  await exercise.app() // what cannot be loaded is said with its place
  using app = new ServedApp(exercise.folder)
  let long = await countWhileOthersLook(app)
  // Where the machine is busy, a visitor may wait for that. A count that blocks makes him wait each time.
  for (let more = 0; more < 2 && isLong(long.waited); more++) long = await countWhileOthersLook(app)
  // What the worker was asked for gives a number back, or not.
  const tasks = await exercise.load<Record<string, (limit: number) => unknown>>('tasks.ts')
  const isGivenBack = typeof (await tasks[app.calls.last]?.(10)) === 'number'
  // Without a task, a crash shows nothing.
  const crash = long.waited === undefined ? { run: long.run } : await countAndCrash(app)
  return { long: { ...long, isGivenBack }, crash }
}

function isLong(waited: number | undefined): boolean {
  return waited !== undefined && waited >= 0.5
}

function mustBeCounted(limit: number, row: string, run: number): void {
  const right = primesUpTo(limit)
  must(
    !row.includes('[object Promise]'),
    `The row of ${limit} says "${row}": it was written before the count was there. Nobody awaits it.`,
    run,
  )
  must(row === right, `Up to ${limit} there are ${right}. The row says: ${row}.`, run)
}

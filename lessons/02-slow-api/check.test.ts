/**
 * The check is the slow service. Four presses of which nothing fails; then four of which one gets an error and one silence:
 * which ones, and in which order the answers come, is left to chance.
 */
import type { AnyElysia } from 'elysia'

import { runnerOf, subscribe } from '../../core'
import { comes, shuffled } from '../kit/check/chance'
import { type Exercise, judge, must, mustAll } from '../kit/check/judge'
import { firstTime, type Kind, outOfOrder, press, SlowService } from '../kit/check/slow-service'

await judge(2, observe, {
  'Every press is answered before the service answers anybody.': ({ good, bad }) =>
    mustAll(
      [...good.presses, ...bad.presses],
      ({ status }) => status === 200,
      ({ status }) => `A press was answered with an error (${status}), not with a page.`,
    ),
  'Each answer is in the row of its own press.': ({ good: { presses, early } }) => {
    must(
      early === 0,
      'A task had ended before the service answered: it does not wait for the answer. Ctrl-C would lose that.',
      presses[0]?.run,
    )
    mustAll(
      presses,
      ({ row }) => row.status !== 'failed',
      ({ row }) => `The service answered well, and the row says failed: ${row.note}`,
    )
    const isAnyDone = presses.some(({ row }) => row.status === 'done')
    mustAll(
      presses,
      ({ row, time }) => row.status === 'done' && row.answered === time,
      isAnyDone
        ? 'Four presses, answers in another order: an answer is not in the row of its own press.'
        : 'The service answered well, and the row says waiting, for ever.',
    )
  },
  'Where the service failed, the row is failed.': ({ bad: { failed, error, silent } }) => {
    const isCaught = silent.row.status === 'failed'
    must(
      error.row.status !== 'done',
      `The service answered with an error (${outOfOrder}), and the row says done.${
        isCaught ? ' Nothing was caught: fetch does not throw at such a status.' : ''
      }`,
      error.run,
    )
    must(
      error.row.status === 'failed' || failed === 0,
      `A task failed, and its row says ${error.row.status}, for ever. ${
        isCaught
          ? 'Only what is thrown inside of the try is caught.'
          : 'The handler is over when the task runs: only the task can catch it.'
      }`,
      error.run,
    )
    must(
      error.row.status === 'failed',
      'The error was caught, and the row says waiting, for ever. The visitor does not see the terminal.',
      error.run,
    )
    must(
      silent.row.status === 'failed',
      'The service never answered, and the row says waiting, for ever.',
      silent.run,
    )
  },
  'The row says what went wrong.': ({ bad: { error, silent } }) => {
    const { note } = error.row
    must(note !== '' && silent.row.note !== '', 'A failed row does not say why.', error.run)
    must(
      note !== silent.row.note,
      `An error and silence have the same reason: "${note}". Say what went wrong.`,
      error.run,
    )
  },
  'The app is told of both.': ({ bad: { failed, error } }) =>
    must(
      failed === 2,
      `Two tasks went wrong, and the app knows of ${failed}: a caught error that is not thrown again is a success.`,
      error.run,
    ),
})

type Row = { id: number; answered: number | null; status: string; note: string }
type Store = { list: () => Row[] }

async function observe(exercise: Exercise) {
  const service = new SlowService()
  const app = await exercise.app()
  const store = await exercise.load<Store>('store.ts')
  const good = await round(app, store, service, ['fine', 'fine', 'fine', 'fine'])
  exercise.isInTrouble = true
  const bad = await round(app, store, service, shuffled(['fine', 'error', 'silent', 'fine']))
  return { good, bad }
}

/** All are pressed, then the service answers. Resolves with what has become of each press. */
async function round(app: AnyElysia, store: Store, service: SlowService, kinds: readonly Kind[]) {
  let failed = 0
  let ended = 0
  using _ = subscribe(({ status }) => {
    if (status === 'failed') failed++
    if (!/waiting|running/.test(status)) ended++
  })
  service.begin(kinds)
  const answers: { run: number; status: number }[] = []
  while (answers.length < kinds.length) answers.push(await press(app, service))
  // What was answered with an error has asked nobody.
  const most = answers.every(({ status }) => status === 200) ? 2_000 : 0
  await comes(() => service.questions.length === kinds.length, most)
  const early = ended
  const ids = store
    .list()
    .slice(0, kinds.length)
    .map(({ id }) => id)
  await service.answerAll()
  const silent = kinds.filter((kind) => kind === 'silent').length
  await comes(() => ended >= kinds.length - silent, most)
  service.losePatience()
  await runnerOf(app).idle()
  const presses = answers.map((answer, index) => {
    const row = store.list().find(({ id }) => id === ids.at(-1 - index))
    must(row !== undefined, 'A press has no row.', answer.run)
    return { ...answer, row, time: firstTime + index }
  })
  const of = (kind: Kind) => presses[kinds.indexOf(kind)] ?? presses[0]!
  return { presses, early, failed, error: of('error'), silent: of('silent') }
}

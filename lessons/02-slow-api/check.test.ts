/**
 * The check is the slow service. Four presses of which nothing fails; then four of which one gets an error and one silence:
 * which ones, and in which order the answers come, is left to chance.
 */
import { shuffled } from '../kit/check/chance'
import { type Exercise, judge, must, mustAll } from '../kit/check/judge'
import { pressAll, type Store } from '../kit/check/presses'
import { outOfOrder, SlowService } from '../kit/check/slow-service'

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

async function observe(exercise: Exercise) {
  const service = new SlowService()
  const app = await exercise.app()
  const store = await exercise.load<Store>('store.ts')
  const good = await pressAll(app, store, service, ['fine', 'fine', 'fine', 'fine'])
  exercise.isInTrouble = true
  const bad = await pressAll(app, store, service, shuffled(['fine', 'error', 'silent', 'fine']))
  return { good, bad }
}

/** Visitors read the stream of a mailing: which ones, says visits.ts. */
import { shortenSleeps } from '../kit/check/chance'
import { type Exercise, judge, must, mustAll } from '../kit/check/judge'
import type { Change, Visitor } from '../kit/check/visitor'
import { type Mailing, visitWhileMailing } from '../kit/check/visits'

await judge(6, observe, {
  'Who is there from the start sees every change.': ({ first, half, end }) => {
    const { run, seen, status, strange } = first
    must(status === 200, `GET /events is answered with ${status}, not with a stream.`, run)
    must(
      strange === undefined,
      `The stream sends "${strange}", and not how it stands: sse({ id, data }), where data is a change.`,
      run,
    )
    const changes = seen.filter(({ id }) => id > 0).length
    must(
      changes >= end.id,
      `A visitor who was there from the start saw ${changes} of ${end.id} changes. ${whyFew(first, half)}`,
      run,
    )
  },
  'Who comes late sees at once how it stands.': ({ half: { seen, back, truth }, late }) => {
    const [beforeLast, last] = late.seen.slice(-2)
    const why = back
      ? ' Who comes for the first time has no Last-Event-ID.'
      : last && beforeLast?.id === last.id
        ? ' It was shown how it stands when all was over.'
        : ''
    must(
      seen !== undefined,
      `Half of the mails had gone, and a visitor who came then saw nothing.${why}`,
      late.run,
    )
    must(
      isSame(seen, truth),
      `${gone(truth)} mails had gone, and the first thing a late visitor saw was ${gone(seen)}. Only the latest changes are kept.`,
      late.run,
    )
  },
  'Nobody is shown a number twice, and none goes back.': ({ late, back, amid }) => {
    const all = [late, back, ...amid]
    mustAll(
      all,
      ({ steps }) => steps.every((step) => step >= 0),
      'The numbers went back: a visitor was shown again what was seen before.',
    )
    mustAll(
      all,
      ({ steps }) => !steps.includes(0),
      'A visitor was shown the same numbers twice: how it stands, and the change that had led to it.',
    )
  },
  'No change is left out.': ({ late, amid }) =>
    mustAll(
      [late, ...amid],
      ({ steps }) => steps.every((step) => step === 1),
      'A mail went while a late visitor was shown how it stands, and the change after that never came.',
    ),
  'Everybody ends with the true numbers, and the stream ends.': ({ end, after, ...others }) => {
    const { first, late, back, amid } = others
    must(
      isSame(after.last, end),
      'All was sent, and a visitor who came then saw nothing.',
      after.run,
    )
    mustAll(
      [first, late, back, ...amid],
      ({ last }) => isSame(last, end),
      'A visitor does not end with the true numbers.',
    )
    mustAll(
      [first, after],
      ({ isOver }) => isOver,
      'All was sent, and the stream goes on for ever.',
    )
    must(
      first.isTold,
      'The stream ended without its last message, "over". A browser takes that for a broken connection, and opens it again and again.',
      first.run,
    )
  },
})

async function observe(exercise: Exercise) {
  shortenSleeps(0, 5)
  const app = await exercise.app()
  return visitWhileMailing(app, await exercise.load<Mailing>('mailing.ts'))
}

function whyFew({ seen, steps }: Visitor, half: { isFirstOver: boolean }): string {
  if (half.isFirstOver) return 'The stream had ended before the mails had.'
  if (seen.length < 2) return 'The stream goes on, and shows nothing more.'
  return steps.filter((step) => step > 1).join() === '2'
    ? 'After the first thing that it showed, one was left out.'
    : 'Who looks now and then misses what comes between.'
}

function isSame(seen: Change | undefined, truth: Change): boolean {
  return seen?.sent === truth.sent && seen.refused === truth.refused && seen.left === truth.left
}

function gone({ sent, refused }: Change): number {
  return sent + refused
}

/**
 * A program is killed before its first write to the shop's file, right after each of its writes, and while it prints the
 * receipt. Every moment is tried, so no luck is in it.
 */
import { between, shuffled } from '../kit/check/chance'
import { Broken, type Exercise, judge, must, mustAll } from '../kit/check/judge'
import type { KillPoint } from '../kit/check/kill-points'
import type { Problem } from '../kit/check/messages'
import { inWords, type Order, type Story, tellStory } from '../kit/check/stories'
import { TemporaryFolder } from '../kit/check/temporary-folder'

/** How many there are without a crash; one of them is pressed twice. */
const orders = 4

await judge(5, observe, {
  'Without a crash, every order counts.': ({ calm, few, many }) => {
    const { end, points, remembered, run } = calm
    const [ada = 0, grace = 0] = [points.get('ada'), points.get('grace')]
    const isRight = ada === few + many && grace === few
    if (!isRight) mayBreak(end.problem, run)
    must(
      remembered === orders || (ada !== few && ada !== many),
      `ada ordered twice, for ${few} and ${many} points, and has ${ada}. Two orders of one customer are two orders.`,
      run,
    )
    must(
      isRight,
      `Nothing was killed, ada ordered ${few} and ${many} points and has ${ada}, grace ordered ${few} and has ${grace}.${
        remembered === orders
          ? ' All was remembered, and a job had ended before its points were added.'
          : ''
      }`,
      run,
    )
  },
  'No kill loses an order.': ({ kills, few }) => {
    mustAll(
      kills,
      ({ points }) => (points.get('ada') ?? 0) > 0,
      ({ kill, remembered }) =>
        `Killed ${inWords(kill)}, an order of ${few} points is never counted. ${
          remembered > 0
            ? 'It was remembered, and its points were not added.'
            : 'It was not run again.'
        }`,
    )
  },
  'No kill makes an order count twice.': (seen) =>
    mustAll(
      seen.kills,
      ({ points }) => points.get('ada') === seen.few,
      (story) =>
        `Killed ${inWords(story.kill)}, an order of ${seen.few} points counts as ${story.points.get('ada')}. ${whyTwice(story, seen)}`,
    ),
  'One order, pressed twice at once, counts once.': ({ calm: { points, run }, few }) => {
    const linus = points.get('linus') ?? 0
    must(
      linus === few,
      `The button of one order was pressed twice, and its ${few} points count as ${linus}.`,
      run,
    )
  },
  'Every job ends well.': ({ calm, kills }) => {
    mayBreak(calm.end.slip, calm.run)
    mustAll(
      [calm, ...kills],
      ({ end }) => end.failed === 0,
      'The points are right, but the second run fails each time until it is a dead letter. A job that has nothing left to do has succeeded.',
    )
  },
})

type Seen = Awaited<ReturnType<typeof observe>>

async function observe(exercise: Exercise) {
  using home = new TemporaryFolder()
  Bun.env.POINTS_FOLDER = home.path
  await exercise.app() // what cannot be loaded is said with its place
  await exercise.mustHave('tasks.ts', 'awardPoints')

  const [few, many] = [between(5, 40), between(41, 90)]
  const one = { order: 'order-1', customer: 'ada', points: few }
  const twice = { order: 'order-4', customer: 'linus', points: few }
  const given = shuffled<Order>([
    one,
    { order: 'order-2', customer: 'ada', points: many },
    { order: 'order-3', customer: 'grace', points: few },
    twice,
  ])
  const tell = (presses: Order[], kill: KillPoint) => tellStory(exercise.folder, presses, kill)
  const calm = await tell([...given, twice], 'never')
  const writesOfOne = Math.max(1, Math.round(calm.end.writes / orders))
  const moments: KillPoint[] = ['before', ...numbersTo(writesOfOne), 'printing']
  const kills = await Promise.all(moments.map((moment) => tell([one], moment)))
  return { few, many, calm, kills: kills.filter(({ isKilled }) => isKilled) }
}

/** The last words go by what is in the files, not by what stands in the source. */
function whyTwice({ remembered }: Story, { calm, few }: Seen): string {
  if (remembered > 0) return 'It was remembered, but too late: the kill came between.'
  if (calm.end.jobs === orders) return 'A key stores one job; one job can still run twice.'
  if (calm.points.get('linus') === few) return 'What the first run knew has gone with its process.'
  return 'The second run does not know of the first.'
}

function mayBreak(problem: Problem | undefined, run: number): void {
  if (problem) throw new Broken(problem.sentence, { ...problem, run })
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

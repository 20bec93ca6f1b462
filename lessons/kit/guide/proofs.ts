/**
 * Whether what a lesson asks its learner to predict has happened, and where the lanes show it: for each lesson a function
 * that looks at the scene and nothing else.
 */
import type { LessonNumber } from '../../titles'
import type { Scene, SceneRequest, SceneTask } from '../lanes/scene'

/** A thing in the lanes: a request, one of its tasks, a job. */
export type Target = { request: string; task?: number } | { job: string }

/** One of the black discs that are numbered from 1. */
export type Proof = { show: Target; words: string }

export const proofs: Record<LessonNumber, (scene: Scene) => Proof[] | undefined> = {
  1: taskAfterItsPage,
  2: threePresses,
  3: neverStarted,
  4: blockedVisitor,
  5: nothingLost,
  6: cameInTheMiddle,
}

function taskAfterItsPage({ requests }: Scene): Proof[] | undefined {
  for (const request of requests) {
    const counter = request.tasks.find((task) => task.name === 'counter' && isDone(task))
    if (request.sent === undefined || counter?.end === undefined) continue
    return [
      { show: { request: request.key }, words: `the page had left after ${took(request)}` },
      {
        show: { request: request.key, task: counter.id },
        words: `the counter ended ${ms(counter.end - request.sent)} later`,
      },
    ]
  }
  return undefined
}

function threePresses({ requests }: Scene): Proof[] | undefined {
  const presses = requests.filter(({ path, code }) => path === '/submit' && code === 200)
  for (const [index, first] of presses.entries()) {
    const three = presses.slice(index, index + 3)
    const last = three[2]
    // What shares a key is what was asked in the same second of the clock, as in the row.
    if (!last || second(last) !== second(first)) continue
    const inserts = three.flatMap(({ key, tasks }) =>
      tasks.filter(({ name }) => name === 'addBySecond').map((task) => ({ request: key, task })),
    )
    const states = inserts.map(({ task }) => task.state).toSorted()
    if (states.join() !== 'failed,failed,succeeded') continue
    return inserts.map(({ request, task }) => ({
      show: { request, task: task.id },
      words: isDone(task) ? 'a row' : 'answered with a 200, and no row',
    }))
  }
  return undefined
}

function neverStarted({ requests }: Scene): Proof[] | undefined {
  for (const request of requests) {
    const skipped = request.tasks.find(({ stoppedBy }) => stoppedBy !== undefined)
    if (!skipped || request.sent === undefined) continue
    return [
      {
        show: { request: request.key },
        words: `the visitor had a ${request.code} after ${took(request)}`,
      },
      {
        show: { request: request.key, task: skipped.id },
        words: `${skipped.name} never started`,
      },
    ]
  }
  return undefined
}

function blockedVisitor({ requests, loops }: Scene): Proof[] | undefined {
  const holes = loops.flatMap((loop) => loop.holes)
  for (const request of requests) {
    const task = request.tasks.find((one) => isDone(one) && holes.some((hole) => isIn(hole, one)))
    if (!task || request.sent === undefined || request.sent > (task.at ?? 0)) continue
    const { at: began = 0, end = Infinity } = task
    // A machine that is busy with something else blocks as well, for less long.
    const next = requests.find(
      ({ at, waited = 0 }) => waited > (end - began) / 2 && at >= end - edge,
    )
    if (!next) continue
    return [
      {
        show: { request: request.key },
        words: `who started it had an answer after ${took(request)}`,
      },
      { show: { request: next.key }, words: `the next waited up to ${ms(next.waited ?? 0)}` },
    ]
  }
  return undefined
}

function nothingLost({ flags, jobs }: Scene): Proof[] | undefined {
  const kill = flags.find(({ text }) => /SIGKILL/.test(text))
  if (!kill) return undefined
  const waiting = jobs.filter(
    ({ at, runs }) => at < kill.at && (runs.at(-1)?.end ?? Infinity) > kill.at,
  )
  const again = waiting.find(({ runs }) => runs.length > 1)
  if (waiting.length === 0 || waiting.some(({ state }) => state !== 'succeeded')) return undefined
  return [
    {
      show: { job: (again ?? waiting[0]!).key },
      words: `${waiting.length} were not sent when it was killed, and all of them are now`,
    },
  ]
}

function cameInTheMiddle({ requests }: Scene): Proof[] | undefined {
  for (const { key, tasks } of requests) {
    const mailing = tasks.find(({ name, at }) => name === 'sendAll' && at !== undefined)
    if (!mailing) continue
    const { id, at = 0, end = Infinity } = mailing
    const late = requests.find(
      (one) => one.path.endsWith('/changes') && one.at > at && one.at < end,
    )
    if (!late) continue
    return [
      {
        show: { request: key, task: id },
        words: `mails went from here on, for ${ms(late.at - at)} before the second tab came`,
      },
      { show: { request: late.key }, words: 'it was sent what changed from here on' },
    ]
  }
  return undefined
}

/** Milliseconds. Two clocks of one machine, read one after the other, need not agree better. */
const edge = 50

function isIn(hole: { from: number; to: number }, { at = 0, end = 0 }: SceneTask): boolean {
  return hole.from < end && hole.to > at && hole.to - hole.from > (end - at) / 2
}

function isDone({ state }: SceneTask): boolean {
  return state === 'succeeded'
}

function second({ at }: SceneRequest): number {
  return Math.floor(at / 1_000)
}

function took({ at, sent = at }: SceneRequest): string {
  return ms(sent - at)
}

function ms(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds)).toLocaleString('en')} ms`
}

/** `check`, of one exercise and of all. Resolves with the exit code: 0 if all of it holds. */
import { styleText } from 'node:util'

import { type Lesson, lessons } from '../index'
import { runCheck, type Verdict } from './check/check'
import { say } from './output'
import { commandLine, lessonCommandLine } from './program'
import { hasPassed, verdictAsText } from './verdict'
import { ensureExercise, folderOf, isBegun } from './workspace'

/** Milliseconds for all of them together, where somebody only wants to know how far they are. */
const patience = 5_000

export async function checkOne(lesson: Lesson): Promise<number> {
  await ensureExercise(lesson)
  const start = (await isBegun(lesson))
    ? []
    : [styleText('dim', 'Not begun yet: this is the exercise as it starts.')]
  const verdict = await check(lesson)
  return say(
    [...start, verdictAsText(verdict), '', nextAfter(verdict)].join('\n'),
    hasPassed(verdict) ? 0 : 1,
  )
}

export async function checkAll(): Promise<number> {
  for (const lesson of lessons) await ensureExercise(lesson)
  const verdicts = await Promise.all(lessons.map((lesson) => check(lesson)))
  const texts = verdicts.map((verdict, index) => {
    const title = styleText('bold', `Lesson ${verdict.lesson}: ${lessons[index]?.title}`)
    return `${title}\n${verdictAsText(verdict, { lanes: false })}`
  })
  const next = verdicts.find((verdict) => !hasPassed(verdict))
  return say(
    `${texts.join('\n\n')}\n\n${next ? nextAfter(next) : 'All six exercises are solved.'}`,
    next ? 1 : 0,
  )
}

/** What the check of a lesson says now. */
export type State = { lesson: Lesson; verdict: Verdict | 'not begun' | 'unfinished' }

export async function progress(): Promise<State[]> {
  const begun = await Promise.all(lessons.map(isBegun))
  const wanted = lessons.filter((_, index) => begun[index])
  if (wanted.length > 0) console.error(styleText('dim', `Checking ${inWords(wanted)} …`))
  const signal = AbortSignal.timeout(patience)
  const stateOf = async (lesson: Lesson): Promise<State> => {
    if (!wanted.includes(lesson)) return { lesson, verdict: 'not begun' }
    const verdict = await check(lesson, signal)
    // It hangs, or the machine is busy: that is no verdict.
    return { lesson, verdict: signal.aborted && !hasPassed(verdict) ? 'unfinished' : verdict }
  }
  return Promise.all(lessons.map(stateOf))
}

function check(lesson: Lesson, signal?: AbortSignal): Promise<Verdict> {
  return runCheck(lesson.number, folderOf(lesson, 'exercise'), signal && { signal })
}

function inWords(some: readonly Lesson[]): string {
  const numbers = some.map(({ number }) => number).join(', ')
  return some.length === 1 ? `lesson ${numbers}` : `lessons ${numbers}`
}

/** What to type when a check has spoken. */
export function nextAfter(verdict: Verdict): string {
  const next = lessons.find(({ number }) => number === verdict.lesson + 1)
  if (!hasPassed(verdict)) return `Next: ${commandLine('work', verdict.lesson)}`
  if (next) return `Lesson ${verdict.lesson} is solved. Next: ${lessonCommandLine(next.number)}`
  return `Lesson ${verdict.lesson} is solved, and it is the last one.`
}

/** The same where `work` runs and reads keys. */
export function nextKeyAfter(verdict: Verdict): string {
  const next = lessons.find(({ number }) => number === verdict.lesson + 1)
  if (!next) return nextAfter(verdict)
  const lesson = `First its lesson: Ctrl-C, then ${lessonCommandLine(next.number)}`
  return `Lesson ${verdict.lesson} is solved. n goes on with exercise ${next.number}.\n${lesson}`
}

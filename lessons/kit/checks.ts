/** `check`, of one exercise and of all. Resolves with the exit code: 0 if all of it holds. */
import { styleText } from 'node:util'

import { type Lesson, lessons } from '../index'
import { runCheck, type Verdict } from './check/check'
import { say } from './output'
import { commandLine, lessonCommandLine } from './program'
import { hasPassed, verdictAsText } from './verdict'
import { ensureExercise, folderOf, isBegun } from './workspace'

/** Milliseconds. All five together answer in six seconds, and so an exercise that hangs is given less. */
const patience = 5_000

export async function checkOne(lesson: Lesson): Promise<number> {
  await ensureExercise(lesson)
  const verdict = await runCheck(lesson.number, folderOf(lesson, 'exercise'))
  return say(
    [verdictAsText(verdict), '', nextAfter(verdict)].join('\n'),
    hasPassed(verdict) ? 0 : 1,
  )
}

export async function checkAll(): Promise<number> {
  for (const lesson of lessons) await ensureExercise(lesson)
  const verdicts = await verdictsOf(lessons)
  const texts = verdicts.map((verdict, index) => {
    const title = styleText('bold', `Lesson ${verdict.lesson}: ${lessons[index]?.title}`)
    return `${title}\n${verdictAsText(verdict, { lanes: false })}`
  })
  const next = verdicts.find((verdict) => !hasPassed(verdict))
  return say(
    `${texts.join('\n\n')}\n\n${next ? nextAfter(next) : 'All five exercises are solved.'}`,
    next ? 1 : 0,
  )
}

/** What the check of a lesson says now; undefined where nobody has begun. */
export async function progress(): Promise<{ lesson: Lesson; verdict: Verdict | undefined }[]> {
  const begun = await Promise.all(lessons.map(isBegun))
  const wanted = lessons.filter((_, index) => begun[index])
  if (wanted.length > 0) console.error(styleText('dim', `Checking ${inWords(wanted)} …`))
  const verdicts = await verdictsOf(wanted)
  return lessons.map((lesson) => ({
    lesson,
    verdict: verdicts.find((verdict) => verdict.lesson === lesson.number),
  }))
}

/** All at once. */
function verdictsOf(some: readonly Lesson[]): Promise<Verdict[]> {
  return Promise.all(
    some.map((lesson) =>
      runCheck(lesson.number, folderOf(lesson, 'exercise'), { limit: patience }),
    ),
  )
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

/** Without a verb: the lessons, what the check of each says now, and the next command to type. */
import { styleText } from 'node:util'

import { lessons } from '../index'
import type { Verdict } from './check/check'
import { progress } from './checks'
import { say } from './output'
import { commandLine, lessonCommandLine } from './program'
import { hasPassed } from './verdict'

export async function overview(): Promise<number> {
  const states = await progress()
  const longest = Math.max(...lessons.map(({ title }) => title.length))
  const lines = states.map(({ lesson: { number, title, minutes }, verdict }) =>
    [`  ${number}`, title.padEnd(longest), `${minutes} minutes`, stateOf(verdict)].join('  '),
  )
  const heading = styleText('bold', 'Background tasks for Bun and Elysia')
  return say([heading, '', ...lines, '', nextOf(states)].join('\n'))
}

function stateOf(verdict: Verdict | undefined): string {
  if (!verdict) return 'not begun'
  if (hasPassed(verdict)) return styleText('green', '✓ solved')
  return `${styleText('red', '✗')} ${verdict.passed.length} of ${verdict.of || '?'} facts hold`
}

/** The first lesson that is not solved: begun, it is worked on; else, it is run. */
function nextOf(states: Awaited<ReturnType<typeof progress>>): string {
  const next = states.find(({ verdict }) => !verdict || !hasPassed(verdict))
  if (!next)
    return 'All five are solved. The library in core/ is yours to take home: core/README.md'
  const { number } = next.lesson
  return `Next: ${next.verdict ? commandLine('work', number) : lessonCommandLine(number)}`
}

/** Without a verb: the lessons, what the check of each says now, and the next command to type. */
import { styleText } from 'node:util'

import { lessons } from '../index'
import { progress, type State } from './checks'
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

function stateOf(verdict: State['verdict']): string {
  if (verdict === 'not begun') return 'exercise not begun'
  if (verdict === 'unfinished') return styleText('yellow', '… its check takes long')
  if (hasPassed(verdict)) return styleText('green', '✓ solved')
  return `${styleText('red', '✗')} ${verdict.passed.length} of ${verdict.of || '?'} facts hold`
}

/** The first lesson that is not solved: begun, it is worked on; else, it is run. */
function nextOf(states: readonly State[]): string {
  const next = states.find(({ verdict }) => typeof verdict === 'string' || !hasPassed(verdict))
  if (!next) return 'All six are solved. The library in core/ is yours to use: core/README.md'
  const { number } = next.lesson
  const command = next.verdict === 'not begun' ? lessonCommandLine : workCommandLine
  return `Next: ${command(number)}`
}

function workCommandLine(number: number): string {
  return commandLine('work', number)
}

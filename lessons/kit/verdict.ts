/** What a check has found, as a person reads it in the terminal. */
import { styleText } from 'node:util'

import type { Verdict } from './check/check'
import { SceneBuilder } from './lanes/scene'
import { requestAsText } from './lanes/text'
import { wrapped } from './output'
import { commandLine } from './program'

export function hasPassed({ broken }: Verdict): boolean {
  return broken === undefined
}

/** For where there is room for one line only. */
export function inOneLine({ lesson, passed, broken }: Verdict): string {
  return broken
    ? `✗ lesson ${lesson}: ${broken.sentence}`
    : `✓ lesson ${lesson}: all ${passed.length} facts hold`
}

/** A line for each fact that holds; the one that does not, with where help is; and the lanes of that run. */
export function verdictAsText(verdict: Verdict, { lanes = true } = {}): string {
  const lines = verdict.passed.map((fact) => `${styleText('green', '✓')} ${fact}`)
  if (verdict.broken) {
    const command = commandLine('hint', verdict.lesson).replaceAll(' ', unbroken)
    const help = styleText('dim', `(${command})`)
    const sentence = `lesson ${verdict.lesson}: ${verdict.broken.sentence}`
    const said = wrapped(`${styleText('red', '✗')} ${sentence} ${help}`, '  ')
    lines.push(said.replaceAll(unbroken, ' '))
    if (lanes) lines.push(...lanesOf(verdict))
  }
  return lines.join('\n')
}

/** A space at which no line ends: a command is copied in one piece. */
const unbroken = '\u00A0'

/** The last requests of the run that the check has seen. */
function lanesOf({ events }: Verdict): string[] {
  const scene = new SceneBuilder()
  for (const event of events) scene.add(event)
  const { now, requests } = scene.scene
  const width = process.stdout.columns || 80
  const colour = styleText('red', 'x') !== 'x'
  return requests
    .filter(({ isPoll }) => !isPoll)
    .slice(-most)
    .map((request) => `\n${requestAsText(request, width, { colour, now })}`)
}

/** Requests whose lanes are shown: what is wrong is at the end. */
const most = 3

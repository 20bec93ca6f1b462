/** What a check has found, as a person reads it in the terminal. */
import { styleText } from 'node:util'

import type { Verdict } from './check/check'
import type { LaneEvent } from './lanes/events'
import { type Scene, SceneBuilder } from './lanes/scene'
import { requestAsText, sceneAsText } from './lanes/text'
import { wrapped } from './output'
import { commandLine } from './program'

export function hasPassed({ broken }: Verdict): boolean {
  return broken === undefined
}

/**
 * A line for each fact that holds; the one that does not, with where help is (default: a command); and the lanes of that
 * run.
 */
export function verdictAsText(
  verdict: Verdict,
  { lanes = true, help = commandLine('hint', verdict.lesson) } = {},
): string {
  const lines = verdict.passed.map((fact) => `${styleText('green', '✓')} ${fact}`)
  if (verdict.broken) {
    const where = styleText('dim', `(${help.replaceAll(' ', unbroken)})`)
    const sentence = `lesson ${verdict.lesson}: ${verdict.broken.sentence}`
    const said = wrapped(`${styleText('red', '✗')} ${sentence} ${where}`, '  ')
    lines.push(said.replaceAll(unbroken, ' '))
    if (lanes) lines.push(...lanesOf(verdict))
  }
  return lines.join('\n')
}

/** A space at which no line ends: a command is copied in one piece. */
const unbroken = '\u00A0'

/** The last requests of the run that the check has seen; of a run of jobs, these. */
function lanesOf({ events }: Verdict): string[] {
  const scene = sceneOf(events)
  const width = process.stdout.columns || 80
  const colour = styleText('red', 'x') !== 'x'
  const { now, requests, jobs } = scene
  if (jobs.length > 0) return [`\n${sceneAsText(scene, width, { colour, now })}`]
  return requests.map((request) => `\n${requestAsText(request, width, { colour, now })}`)
}

/** What there is to draw of a run: of its requests, the last ones. */
export function sceneOf(events: readonly LaneEvent[]): Scene {
  const builder = new SceneBuilder()
  for (const event of events) builder.add(event)
  const { scene } = builder
  return { ...scene, requests: scene.requests.filter(({ isPoll }) => !isPoll).slice(-most) }
}

/** Requests whose lanes are shown: what is wrong is at the end. */
const most = 3

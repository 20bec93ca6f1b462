/**
 * Judges a folder with the check of its lesson, in a process of its own: what a learner has written may hang, exit or
 * crash, and all of that ends as one sentence.
 */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { lessons } from '../../index'
import type { LaneEvent, Place } from '../lanes/events'
import { home } from '../program'
import type { Message, Problem } from './messages'
import { unfinishedIn } from './unfinished'

/** What a check has found. */
export type Verdict = {
  lesson: number
  /** The facts that hold, as sentences. */
  passed: string[]
  /** The first fact that does not hold, and why. The ones behind it were not looked at. */
  broken?: { fact: string; sentence: string; place?: Place }
  /** All of them, in the order in which they are looked at; none if the check did not get as far as to say. */
  facts: readonly string[]
  /** How many those are. */
  of: number
  /** The lanes of the run that the broken fact is about, or of all runs where that is not known. */
  events: LaneEvent[]
}

/** Milliseconds. A solution needs about one second at most; a busy machine several times that. */
const patience = 12_000

/** Judges the folder. Never throws for what stands in it. */
export async function runCheck(
  lesson: number,
  folder: string,
  { limit = patience, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<Verdict> {
  const verdict: Verdict = { lesson, passed: [], facts: [], of: 0, events: [] }
  let isOver = false
  const runs: number[] = []
  const breaks = ({ sentence, place, run }: Problem) => {
    const fact = verdict.facts[verdict.passed.length] ?? 'The check comes to an end.'
    verdict.broken = { fact, sentence, ...(place && { place }) }
    isOver = true
    verdict.events = verdict.events.filter((_, index) => (run ?? runs[index]) === runs[index])
    for (const [index, event] of verdict.events.entries()) event.n = index + 1
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    breaks({ sentence: `There is no folder ${folder}.` })
    return verdict
  }
  const check = Bun.spawn(
    [process.execPath, '--no-orphans', join(home, 'lessons/kit/check/child.ts'), fileOf(lesson)],
    {
      // Bun looks here for the tsconfig.json that says what JSX is.
      cwd: home,
      // A compiled kit is Bun, too, if it is asked to be.
      env: { ...process.env, ...quiet, BUN_BE_BUN: '1', EXERCISE: resolve(folder) },
      stdio: ['ignore', 'ignore', 'ignore'],
      // Nobody waits for it any more.
      ...(signal && { signal, killSignal: 'SIGKILL' }),
      ipc(message: Message) {
        if (message.type === 'facts') ({ length: verdict.of } = verdict.facts = message.facts)
        if (message.type === 'holds') verdict.passed.push(message.fact)
        if (message.type === 'event' && !isOver) {
          verdict.events.push(message.event)
          runs.push(message.run)
        }
        if (message.type === 'broken') breaks(message.broken)
        if (message.type === 'done') isOver = true
      },
    },
  )
  const timer = setTimeout(() => {
    if (!isOver) breaks(sayWhatHangs(verdict.events, resolve(folder), limit))
    check.kill('SIGKILL')
  }, limit)
  const exitCode = await check.exited
  clearTimeout(timer)
  if (!isOver) breaks({ sentence: sayHowItEnded(exitCode, check.signalCode) })
  return verdict
}

/** A check is not a lesson that somebody looks at: no warnings, no test of its own. */
const quiet = { NODE_ENV: 'production', NO_COLOR: '1' }

function fileOf(lesson: number): string {
  const slug = lessons.find(({ number }) => number === lesson)?.slug
  if (slug === undefined) throw new TypeError(`There is no lesson ${lesson}.`)
  return join(home, 'lessons', slug, 'check.test.ts')
}

function sayWhatHangs(events: readonly LaneEvent[], folder: string, limit: number): Problem {
  const { words, place } = unfinishedIn(events, folder) ?? { words: 'Something never comes' }
  const where = place ? ` (${place.file}:${place.line})` : ''
  const sentence =
    `The check did not come to an end within ${limit / 1000} s. ${words}${where}. ` +
    'Look for an await of what never comes, or a loop without an end.'
  return { sentence, ...(place && { place }) }
}

function sayHowItEnded(exitCode: number, signal: Bun.Subprocess['signalCode']): string {
  const how = signal ? `was killed (${signal})` : `ended itself, with exit code ${exitCode}`
  return `The process ${how} before all was looked at. What serves visitors must not end.`
}

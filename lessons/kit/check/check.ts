/**
 * Judges a folder with the check of its lesson, in a process of its own: what a learner has written may hang, exit or
 * crash, and all of that ends as one sentence.
 */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { lessons } from '../../index'
import type { LaneEvent, Place } from '../lanes/events'
import { home } from '../program'
import { EndlessSearch, type Inspected } from './endless'
import { isGiven } from './explain'
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

/** Milliseconds; longer where the machine is slow. A solution needs about one second at most. */
const patience = 12_000

/** Judges the folder. Never throws for what stands in it. */
export async function runCheck(
  lesson: number,
  folder: string,
  { limit = patience, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<Verdict> {
  const verdict: Verdict = { lesson, passed: [], facts: [], of: 0, events: [] }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    breakAt(verdict, { sentence: `There is no folder ${folder}.` })
    return verdict
  }
  let problem: Problem | undefined
  let isOver = false
  const runs: number[] = []
  const start = starter(lesson, resolve(folder), signal)
  const check = start({}, (message) => {
    if (message.type === 'facts') {
      ;({ length: verdict.of } = verdict.facts = message.facts)
      // What comes after the end starts no clock that nobody stops.
      if (!isOver) allowIt(limit * message.slowness)
    }
    if (message.type === 'holds') verdict.passed.push(message.fact)
    if (message.type === 'event' && !isOver) {
      verdict.events.push(message.event)
      runs.push(message.run)
    }
    if (message.type === 'broken') problem = message.broken
    isOver ||= message.type === 'broken' || message.type === 'done'
  })
  await using stack = new AsyncDisposableStack()
  let search: EndlessSearch | undefined
  let timers: Timer[] = []
  const allowIt = (time: number) => {
    timers.forEach(clearTimeout)
    const look = () => {
      // With a signal that is aborted nothing can be started.
      if (signal?.aborted) return
      search ??= stack.use(new EndlessSearch(resolve(folder), start, time / 2))
    }
    const end = () => {
      if (!isOver) problem = sayWhatHangs(verdict.events, resolve(folder), time)
      isOver = true
      check.kill('SIGKILL')
    }
    timers = [setTimeout(look, time / 2), setTimeout(end, time)]
  }
  allowIt(limit)
  const exitCode = await check.exited
  timers.forEach(clearTimeout)
  if (!isOver) problem = { sentence: sayHowItEnded(exitCode, check.signalCode) }
  isOver = true
  const loop = problem?.isEndless && !signal?.aborted ? await search?.line() : undefined
  // What was given computes, and a debugger makes that slow.
  if (loop && !isGiven(loop, startOf(lesson))) problem = { ...problem, ...sayWhichLoop(loop) }
  if (problem) breakAt(verdict, problem, runs)
  return verdict
}

/** Notes the problem as that of the first fact that does not hold, and keeps the lanes of its run only. */
function breakAt(verdict: Verdict, { sentence, place, run }: Problem, runs: number[] = []): void {
  const fact = verdict.facts[verdict.passed.length] ?? 'The check comes to an end.'
  verdict.broken = { fact, sentence, ...(place && { place }) }
  verdict.events = verdict.events.filter((_, index) => (run ?? runs[index]) === runs[index])
  for (const [index, event] of verdict.events.entries()) event.n = index + 1
}

/** What starts the process that judges, as often as wanted. */
function starter(lesson: number, folder: string, signal: AbortSignal | undefined) {
  const program = [
    join(home, 'lessons/kit/check/child.ts'),
    join(folderOf(lesson), 'check.test.ts'),
  ]
  return (
    { flags = [], env = {} }: Partial<Inspected>,
    ipc: (message: Message) => void = () => {},
  ) =>
    Bun.spawn([process.execPath, '--no-orphans', ...flags, ...program], {
      // Bun looks here for the tsconfig.json that says what JSX is.
      cwd: home,
      // A compiled kit is Bun, too, if it is asked to be.
      env: {
        ...process.env,
        ...quiet,
        BUN_BE_BUN: '1',
        EXERCISE: folder,
        START: startOf(lesson),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'ignore'],
      // Nobody waits for it any more.
      ...(signal && { signal, killSignal: 'SIGKILL' }),
      ipc,
    })
}

/** A check is not a lesson that somebody looks at: no warnings, no test of its own. */
const quiet = { NODE_ENV: 'production', NO_COLOR: '1' }

function folderOf(lesson: number): string {
  const slug = lessons.find(({ number }) => number === lesson)?.slug
  if (slug === undefined) throw new TypeError(`There is no lesson ${lesson}.`)
  return join(home, 'lessons', slug)
}

function sayWhatHangs(events: readonly LaneEvent[], folder: string, limit: number): Problem {
  const { words, place } = unfinishedIn(events, folder) ?? { words: 'Something never comes' }
  const where = place ? ` (${place.file}:${place.line})` : ''
  const sentence =
    `The check did not come to an end within ${Math.round(limit / 1_000)} s. ${words}${where}. ` +
    'Look for an await of what never comes, or a loop without an end.'
  return { sentence, isEndless: true, ...(place && { place }) }
}

function startOf(lesson: number): string {
  return join(folderOf(lesson), 'start')
}

function sayWhichLoop(place: Place): Problem {
  const sentence =
    `${place.file}:${place.line} is in a loop without an end. ` +
    'What stands behind it never runs, and nobody is served.'
  return { sentence, place }
}

function sayHowItEnded(exitCode: number, signal: Bun.Subprocess['signalCode']): string {
  const how = signal ? `was killed (${signal})` : `ended itself, with exit code ${exitCode}`
  return `The process ${how} before all was looked at. What serves visitors must not end.`
}

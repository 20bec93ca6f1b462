/**
 * A run in a terminal: what its processes print is printed under their names, requests are drawn, and all of it is
 * stopped together, whatever ends it.
 */
import { styleText } from 'node:util'

import type { Failure } from '../index'
import type { LessonChild, Stream } from './child'
import { Control, type ControlOptions, type Program } from './control'
import { TerminalLanes } from './lanes/terminal'
import { whenOutputFails, write } from './output'

export type ForegroundOptions = {
  /** What is run, in a sentence: 'the lesson'. */
  what: string
  programs: readonly Program[]
  failures?: readonly Failure[] | undefined
  /** Whether requests are drawn. Default: in a terminal they are. */
  lanes?: boolean | undefined
  /** Whether the run goes on when a process ends that has been ready: somebody may start it again. Default: it is over. */
  goesOn?: (() => boolean) | undefined
  /** Called before anything is started. What it resolves with is disposed of in the end. */
  present?: ((control: Control) => Promise<AsyncDisposable | void>) | undefined
  /** Called when all of it listens. */
  whenReady: (control: Control) => void
  /** Says why it is over, if a process has ended. */
  sayWhy: (child: LessonChild) => string
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds. `bun run` passes a Ctrl-C on to a program that has it from the terminal already: that is one, not two. */
const echo = 300

const advice = 'The guide can start it again: Restart lesson. Ctrl-C stops everything.'

/** Resolves with the exit code when the run is over and none of its processes is left. */
export async function inForeground(options: ForegroundOptions): Promise<number> {
  const { programs, failures, present, whenReady, sayWhy, goesOn = () => false } = options
  // A signal, or a sentence.
  const { promise: end, resolve: endWith } = Promise.withResolvers<string>()
  let hasEnded = false
  let hasBeenReady = false
  const finish = (cause: string) => {
    hasEnded = true
    endWith(cause)
  }
  const control = new Control(programs, failures, {
    ...inTerminal(programs, options.lanes),
    whenEnded: (child, isBack) => {
      if (hasEnded) return
      if (isBack) say(`${child.name} was killed (SIGKILL). It is started again.`)
      else if (hasBeenReady && goesOn()) say(`${sayWhy(child)}\n${advice}`)
      else finish(sayWhy(child))
    },
  })
  let signalledAt = -Infinity
  const onSignal = (signal: NodeJS.Signals) => {
    if (performance.now() - signalledAt < echo) return
    signalledAt = performance.now()
    if (signal === 'SIGINT') say('') // behind the ^C that a terminal shows
    if (hasEnded) control.kill()
    finish(signal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  whenOutputFails(finish)

  await using stack = new AsyncDisposableStack()
  stack.use((await present?.(control)) ?? undefined)
  await Promise.race([control.start(), end])
  hasBeenReady = !hasEnded
  if (hasBeenReady) whenReady(control)

  const cause = await end
  const signal = signals.find((one) => one === cause)
  await control.stop(signal ?? 'SIGTERM')
  for (const one of signals) process.off(one, onSignal)
  if (!signal) write(process.stderr, `\n${cause}\nNothing of ${options.what} is left running.\n`)
  return signal && control.haveStoppedWell ? 0 : 1
}

/** What to do with what processes print and tell, so that a terminal shows it. */
export function inTerminal(
  programs: readonly Program[],
  lanes = process.stdout.isTTY,
): Required<Pick<ControlOptions, 'whenPrinted' | 'whenTold'>> {
  const drawn = new TerminalLanes(printLanes, paper)
  return {
    whenPrinted: linePrinter(programs),
    whenTold: (events) => {
      if (lanes) drawn.add(events.map((event) => ({ n: 0, ...event })))
    },
  }
}

function linePrinter(programs: readonly Program[]) {
  const width = Math.max(...programs.map(({ name }) => name.length))
  return (name: string, stream: Stream, line: string) => {
    const label = styleText('cyan', `${name.padEnd(width)} |`)
    write(stream === 'out' ? process.stdout : process.stderr, `${label} ${line}\n`)
  }
}

/** Between whole lines, in one piece. */
function printLanes(text: string): void {
  if (text !== '') say(`\n${text}\n`)
}

function say(text: string): void {
  write(process.stdout, `${text}\n`)
}

function paper() {
  return {
    width: process.stdout.columns || 80,
    colour: styleText('bold', 'colour') !== 'colour',
  }
}

/** Runs a lesson in this terminal. */
import { styleText } from 'node:util'

import type { Lesson } from '../index'
import type { Verdict } from './check/check'
import type { LessonChild } from './child'
import type { Program, Run } from './control'
import { inForeground } from './foreground'
import { portTrouble } from './ports'
import { processVerb } from './process'
import { commandLine, lessonCommandLine, thisProgram } from './program'
import type { OpenHints } from './work/open-hints'

/** A run, and what it is a run of: a lesson or, with `work`, its exercise. */
export type LessonRun = Run & { readonly lesson: Lesson; readonly work?: Work }

/** Work on an exercise, for those who show it. */
export type Work = {
  /** The folder of the exercise. */
  readonly folder: string
  /** What the last check has found, if there was one. */
  readonly verdict: Verdict | undefined
  readonly hints: OpenHints
  /** Calls `listener` with each verdict, until what it gives back is called. */
  onVerdict(listener: (verdict: Verdict) => void): () => void
  /** Calls `listener` when files have changed, and will be checked; until what it gives back is called. */
  onChange(listener: () => void): () => void
}

export type RunOptions = {
  /** Whether requests are drawn. Default: in a terminal they are. */
  lanes?: boolean | undefined
  /** For all processes of the lesson. */
  environment?: Record<string, string>
  /** Called before the lesson is started. What it resolves with is disposed of in the end. */
  present?: (run: LessonRun) => Promise<Presentation>
}

/** What shows a lesson beside the terminal: where that is, or why it is not. */
export type Presentation = AsyncDisposable & { address?: string; trouble?: string }

/** Resolves with the exit code when the lesson is over and none of its processes is left. */
export async function runLesson(lesson: Lesson, options: RunOptions = {}): Promise<number> {
  const { lanes, present, environment } = options
  const trouble = portTrouble(lesson, lessonCommandLine(lesson.number))
  if (trouble !== undefined) {
    console.error(trouble)
    return 1
  }
  let guide: Presentation | undefined
  introduce(lesson)
  return inForeground({
    what: 'the lesson',
    programs: programsOf(lesson, environment),
    failures: lesson.failures,
    lanes,
    // Somebody looks, and has a button for it. A script wants to know.
    goesOn: () => Boolean(process.stdout.isTTY && guide?.address),
    present:
      present && (async (control) => (guide = await present(Object.assign(control, { lesson })))),
    whenReady: (control) => invite(control, guide),
    sayWhy,
  })
}

/** The processes of a lesson, as what is started. */
export function programsOf(
  { number, processes }: Lesson,
  environment: Record<string, string> = {},
): Program[] {
  return processes.map(({ name, variable, port, page, isRestarted = false }) => ({
    name,
    command: thisProgram(processVerb, String(number), name),
    environment: {
      LESSON_COMMAND: lessonCommandLine(number),
      LESSON_NEXT: commandLine('work', number),
      ...environment,
    },
    isRestarted,
    ...(variable && { address: `http://127.0.0.1:${Bun.env[variable] ?? port}` }),
    ...(page !== undefined && { page }),
  }))
}

function introduce({ number, title, prediction: { question, options } }: Lesson): void {
  console.log(styleText('bold', `Lesson ${number}: ${title}`))
  console.log(`Predict: ${question}`)
  for (const option of options) console.log(`- ${option}`)
  console.log()
}

function invite(run: Run, guide: Presentation | undefined): void {
  if (guide?.trouble) console.log(guide.trouble)
  console.log('\nOpen')
  if (guide?.address) console.log(`  ${styleText('bold', guide.address)}  the guide`)
  for (const { page, url } of run.processes().toReversed())
    if (page && url) console.log(`  ${styleText('bold', url)}  ${page}`)
  console.log('and keep an eye on this terminal. Ctrl-C stops everything.\n')
}

function sayWhy({ name, lastError, exitCode, signal }: LessonChild): string {
  if (signal !== null) return `${name} was killed (${signal}).`
  const why = lastError ? '. It has said why above.' : ' and did not say why.'
  return `${name} ended with exit code ${exitCode}${why}`
}

/**
 * Runs an exercise: the processes of its lesson, and the app from the learner's folder. Each restart ends the app at
 * once and starts it anew, so nothing of an older text stays in memory; then the check has its say.
 */
import { join } from 'node:path'

import { type Failure, type Lesson, lessons } from '../../index'
import { runCheck, type Verdict } from '../check/check'
import type { LessonChild } from '../child'
import { Control, type Program } from '../control'
import { inTerminal } from '../foreground'
import { commandLine, home, lessonCommandLine, programName } from '../program'
import { programsOf } from '../run'
import { folderOf } from '../workspace'

/** Milliseconds until the check is run although the app does not listen yet. */
const patience = 5_000

export type ExerciseOptions = {
  /** Whether requests are drawn. Default: in a terminal they are. */
  lanes?: boolean | undefined
  tell: (sentence: string) => void
  onVerdict: (verdict: Verdict) => void
}

export class ExerciseRun {
  readonly control: Control
  /** Aborted by whatever makes the present turn pointless: a new save, or the end. */
  private turn = new AbortController()
  private turns: Promise<void> = Promise.resolve()
  private hasBegun = false
  private isOver = false
  private lastWords = ''

  constructor(
    private readonly lesson: Lesson,
    private readonly options: ExerciseOptions,
  ) {
    const programs = programsOfExercise(lesson)
    this.control = new Control(programs, failuresOf(lesson), {
      ...inTerminal(programs, options.lanes),
      whenEnded: (child, isBack) => this.sayThatItEnded(child, isBack),
    })
  }

  /** Starts the app anew, and then checks. Whatever a turn before this one still does is dropped. */
  restart(): Promise<void> {
    this.turn.abort()
    const turn = new AbortController()
    this.turn = turn
    this.turns = this.turns.then(async () => {
      if (turn.signal.aborted || this.isOver) return
      await this.start(turn.signal)
      if (turn.signal.aborted) return
      if (this.hasApp) await this.check(turn.signal)
      else this.options.onVerdict(notStarted(this.lesson, this.lastWords))
    })
    return this.turns
  }

  /** Ends the app until the next restart. */
  async pause(): Promise<void> {
    this.turn.abort()
    await this.turns
    await this.control.halt('app')
  }

  /** Ends everything, at once: what runs here is an attempt. */
  async stop(): Promise<void> {
    this.isOver = true
    this.turn.abort()
    await this.turns
    await this.control.stop('SIGKILL')
  }

  private async start(signal: AbortSignal): Promise<void> {
    const { promise: given, resolve: giveUp } = Promise.withResolvers<void>()
    const timer = setTimeout(giveUp, patience)
    signal.addEventListener('abort', () => giveUp(), { once: true })
    const started = this.hasBegun ? this.control.renew('app') : this.control.start()
    this.hasBegun = true
    await Promise.race([started, given])
    clearTimeout(timer)
  }

  private async check(signal: AbortSignal): Promise<void> {
    const folder = folderOf(this.lesson, 'exercise')
    const verdict = await runCheck(this.lesson.number, folder, { signal })
    if (!signal.aborted) this.options.onVerdict(verdict)
  }

  private get hasApp(): boolean {
    return this.control.processes().every(({ name, state }) => name !== 'app' || state !== 'ended')
  }

  private sayThatItEnded(child: LessonChild, isBack: boolean): void {
    const { name, signal, exitCode, lastError } = child
    const how = signal === null ? `ended with exit code ${exitCode}` : `was killed (${signal})`
    const next = isBack ? 'It is started again.' : 'It waits for the next save.'
    this.lastWords = lastError || `${name} ${how}.`
    this.options.tell(`${name} ${how}. ${next}`)
  }
}

/** As in the lesson, with the learner's app. Not: what takes the lesson's own jobs, and does not listen. */
function programsOfExercise(lesson: Lesson): Program[] {
  const next = lessons.find(({ number }) => number === lesson.number + 1)
  return programsOf(lesson, {
    LESSON_COMMAND: commandLine('work', lesson.number),
    LESSON_NEXT: next ? lessonCommandLine(next.number) : programName,
  })
    .filter(({ address }) => address !== undefined)
    .map((program) => (program.name === 'app' ? fromExercise(program, lesson) : program))
}

/** Only Bun reads what a learner has written. A compiled program is Bun, too, if it is asked to be. */
function fromExercise(program: Program, { number }: Lesson): Program {
  const child = join(home, 'lessons/kit/work/exercise-child.ts')
  return {
    ...program,
    command: [process.execPath, '--no-orphans', child, String(number), program.name],
    environment: { ...program.environment, BUN_BE_BUN: '1' },
  }
}

/** What cannot even start fails every check, and its own words say more than those of a check. */
function notStarted({ number }: Lesson, why: string): Verdict {
  const sentence = why.replace(/^Lesson \d: /, '')
  // Its place comes first, as in what a check says.
  const [, file, line] = /^(\S+):(\d+) /.exec(sentence) ?? []
  const place = file === undefined ? {} : { place: { file, line: Number(line) } }
  return {
    lesson: number,
    passed: [],
    broken: { fact: 'The app starts.', sentence, ...place },
    facts: [],
    of: 0,
    events: [],
  }
}

/** What can fail beside an exercise: its app has only the routes that a learner reads. */
function failuresOf({ failures = [] }: Lesson): readonly Failure[] {
  return failures.filter((failure) => 'down' in failure || failure.post.process !== 'app')
}

import type { Lesson, LessonProcess } from '../../index'
/**
 * Runs an exercise: the processes of its lesson, and the app from the learner's folder. Each restart ends the app at
 * once and starts it anew, so nothing of an older text stays in memory; then the check has its say.
 */
import { runCheck, type Verdict } from '../check/check'
import { LessonChild } from '../child'
import { commandLine } from '../program'
import { folderOf } from '../workspace'
import { ofExercise } from './exercise-process'

/** Milliseconds until the check is run although the app does not listen yet. */
const patience = 5_000

export type RunOptions = {
  tell: (sentence: string) => void
  onVerdict: (verdict: Verdict) => void
}

export class ExerciseRun {
  private readonly others: readonly LessonProcess[]
  private readonly children = new Map<string, LessonChild>()
  /** Aborted by whatever makes the present turn pointless: a new save, or the end. */
  private turn = new AbortController()
  private turns: Promise<void> = Promise.resolve()
  private isOver = false

  constructor(
    private readonly lesson: Lesson,
    private readonly options: RunOptions,
  ) {
    this.others = lesson.processes.filter(({ name }) => name !== 'app')
  }

  /** Starts the app anew, and then checks. Whatever a turn before this one still does is dropped. */
  restart({ checks = true } = {}): Promise<void> {
    this.turn.abort()
    const turn = new AbortController()
    this.turn = turn
    this.turns = this.turns.then(async () => {
      if (turn.signal.aborted || this.isOver) return
      await this.end('app')
      for (const { name } of this.others) await this.start(name, turn.signal)
      const why = await this.start('app', turn.signal)
      if (turn.signal.aborted) return
      if (why !== undefined) this.options.onVerdict(notStarted(this.lesson, why))
      else if (checks) await this.check(turn.signal)
    })
    return this.turns
  }

  /** Ends the app until the next restart. */
  async pause(): Promise<void> {
    this.turn.abort()
    await this.turns
    await this.end('app')
  }

  /** Ends everything, at once: what runs here is an attempt. */
  async stop(): Promise<void> {
    this.isOver = true
    await this.pause()
    for (const { name } of this.others.toReversed()) await this.end(name)
  }

  private async check(signal: AbortSignal): Promise<void> {
    const folder = folderOf(this.lesson, 'exercise')
    const verdict = await runCheck(this.lesson.number, folder, { signal })
    if (!signal.aborted) this.options.onVerdict(verdict)
  }

  /** Resolves when it listens; or with its last words, if it does not. */
  private async start(name: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.children.has(name) || signal.aborted) return undefined
    const width = Math.max(...this.lesson.processes.map((program) => program.name.length))
    const args = [String(this.lesson.number), name, ...(name === 'app' ? [ofExercise] : [])]
    const child = new LessonChild(name, name.padEnd(width), args, {
      LESSON_COMMAND: commandLine('work', this.lesson.number),
    })
    this.children.set(name, child)
    let isReady = false
    const ended = child.ended.then(() => {
      if (this.children.get(name) !== child) return undefined // by us
      this.children.delete(name)
      this.sayThatItEnded(child, isReady)
      return child.lastError || sayHow(child)
    })
    const { promise: given, resolve: giveUp } = Promise.withResolvers<undefined>()
    const timer = setTimeout(giveUp, patience)
    signal.addEventListener('abort', () => giveUp(undefined), { once: true })
    const why = await Promise.race([child.ready.then(() => undefined), ended, given])
    clearTimeout(timer)
    isReady = true
    return why
  }

  private sayThatItEnded(child: LessonChild, wasReady: boolean): void {
    const { name } = child
    const isRestarted = this.lesson.processes.some((one) => one.name === name && one.isRestarted)
    if (wasReady && isRestarted && child.signal === 'SIGKILL') {
      this.options.tell(`${name} was killed (SIGKILL). It is started again.`)
      void this.restart({ checks: false })
    } else this.options.tell(`${name} ${sayHow(child)}. It waits for the next save.`)
  }

  /** Resolves when it is gone and its port is free. */
  private async end(name: string): Promise<void> {
    const child = this.children.get(name)
    this.children.delete(name)
    child?.kill()
    await child?.ended
  }
}

function sayHow({ exitCode, signal }: LessonChild): string {
  return signal === null ? `ended with exit code ${exitCode}` : `was killed (${signal})`
}

/** What cannot even start fails every check, and its own words say more than those of a check. */
function notStarted({ number }: Lesson, why: string): Verdict {
  const sentence = why.replace(/^Lesson \d: /, '')
  return {
    lesson: number,
    passed: [],
    broken: { fact: 'The app starts.', sentence },
    of: 0,
    events: [],
  }
}

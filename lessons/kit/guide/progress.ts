/** How far work on an exercise is: what its check says, and what a learner has asked to be shown. */
import type { Lesson } from '../../index'
import type { Verdict } from '../check/check'
import type { Work } from '../run'
import { hasPassed } from '../verdict'
import type { OpenHints } from '../work/open-hints'
import type { Message } from './stream'

/** What the exercise is compared with. 'asking': whether it is really to be the solution. */
export type Comparison = 'start' | 'asking' | 'solution'

const saved: Message = { event: 'saved', data: '' }

export class Progress implements Disposable {
  comparison: Comparison = 'start'
  /** What the last check has found, if there was one. */
  verdict: Verdict | undefined
  /** Whether files have changed since. */
  isChecking = false
  private isSure = false
  private readonly stops: (() => void)[]

  constructor(
    readonly lesson: Lesson,
    private readonly work: Work,
    say: (message: Message) => void,
  ) {
    this.verdict = work.verdict
    this.stops = [
      work.onVerdict((verdict) => {
        this.verdict = verdict
        this.isChecking = false
        say(this.checkMessage)
      }),
      work.hints.onOpen(() => say(this.hintsMessage)),
      work.onChange(() => {
        this.isChecking = true
        say(this.checkMessage)
        say(saved)
      }),
    ]
  }

  /** Which ones are open, here and in the terminal. */
  get hints(): OpenHints {
    return this.work.hints
  }

  get folder(): string {
    return this.work.folder
  }

  /** In one word: 'good', 'bad', or 'busy' where it is not known yet. */
  get state(): 'good' | 'bad' | 'busy' {
    if (!this.verdict || this.isChecking) return 'busy'
    return hasPassed(this.verdict) ? 'good' : 'bad'
  }

  /** What a page is told that is new, or was cut off: it asks for the rest. */
  get messages(): Message[] {
    return [this.checkMessage, this.hintsMessage, saved]
  }

  /** The solution is shown to those who have passed or are sure. Whoever has once been sure is not asked again. */
  compareWith(other: 'start' | 'solution', { isSure = false } = {}): void {
    this.isSure ||= isSure
    const isAsked = other === 'solution' && this.state !== 'good' && !this.isSure
    this.comparison = isAsked ? 'asking' : other
  }

  [Symbol.dispose](): void {
    for (const stop of this.stops) stop()
  }

  private get hintsMessage(): Message {
    return { event: 'hints', data: String(this.hints.count) }
  }

  private get checkMessage(): Message {
    return { event: 'check', data: this.state }
  }
}

/** How far work on an exercise is: what its check says, and what a learner has asked to be shown. */
import type { Lesson } from '../../index'
import type { Verdict } from '../check/check'
import { hintsOf } from '../hints'
import type { Work } from '../run'
import { hasPassed } from '../verdict'
import type { Message } from './stream'

/** What the exercise is compared with. 'asking': whether it is really to be the solution. */
export type Comparison = 'start' | 'asking' | 'solution'

export class Progress implements Disposable {
  /** How many hints are open. */
  hints = 0
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
      work.onChange(() => {
        this.isChecking = true
        for (const message of this.messages) say(message)
      }),
    ]
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
    return [this.checkMessage, { event: 'saved', data: '' }]
  }

  /** Opens hint number `count`, if it is the next one. */
  openHint(count: number): void {
    if (count === this.hints + 1 && count <= hintsOf(this.lesson).length) this.hints = count
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

  private get checkMessage(): Message {
    return { event: 'check', data: this.state }
  }
}

import { type Change, Changes } from './changes'
import { Stopwatch } from './time-left'

/** Lives in memory: it ends with the program. */
export class Mailing {
  readonly id = crypto.randomUUID()
  readonly changes: Changes
  /** Resolves when nothing is on its way any more. */
  readonly over = Promise.withResolvers<void>()
  /** Whom a webhook tells. */
  readonly told = new Set<string>()
  /** Why it was stopped, if it was. */
  reason = ''
  private sent = 0
  private refused = 0
  private telling: Timer | undefined = undefined
  private readonly watch = new Stopwatch()
  private readonly halt = new AbortController()
  private pausing = Promise.withResolvers<void>()

  constructor(readonly addresses: readonly string[]) {
    this.changes = new Changes(addresses.length)
    this.pausing.resolve()
  }

  /** For who sends. Waits while it is paused. */
  async mayGoOn(): Promise<boolean> {
    await this.pausing.promise
    return !this.halt.signal.aborted
  }

  step(isRefused: boolean) {
    if (isRefused) this.refused++
    else this.sent++
    // Nobody reads more than twenty changes a second.
    this.telling ??= setTimeout(() => this.tell(), 50)
  }

  private tell(news: Partial<Change> = {}) {
    clearTimeout(this.telling)
    this.telling = undefined
    const { sent, refused } = this
    const left = this.addresses.length - sent - refused
    const timeLeft = this.watch.timeLeft(sent + refused, left)
    this.changes.become({ sent, refused, left, timeLeft, ...news })
  }

  pause() {
    const { now } = this.changes
    if (now.state !== 'sending' || this.halt.signal.aborted) return
    this.pausing = Promise.withResolvers()
    this.watch.stop()
    this.tell({ state: 'paused' })
  }

  goOn() {
    if (this.changes.now.state !== 'paused') return
    this.watch.start()
    this.tell({ state: 'sending' })
    this.pausing.resolve()
  }

  /** Between two mails: what is on its way arrives. */
  cancel(reason = '') {
    if (this.changes.isOver || this.halt.signal.aborted) return
    this.reason = reason
    this.halt.abort()
    this.goOn()
  }

  /** Nothing is on its way any more. */
  end() {
    const early = this.reason ? 'stopped' : 'cancelled'
    const done = this.sent + this.refused
    const isAll = done === this.addresses.length
    this.tell({ state: isAll ? 'done' : early })
    this.over.resolve()
  }
}

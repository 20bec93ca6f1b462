/** Longer than this, in milliseconds, a timer cannot wait. */
const longestTimer = 2 ** 31 - 1

/** Looks after one deadline after another, with one timer: a short call does not pay for a timer of its own. */
export class Watchdog {
  private deadline = Infinity
  private firesAt = Infinity
  private timer: NodeJS.Timeout | undefined = undefined

  constructor(private readonly bark: () => void) {}

  /** From now on only this deadline counts, on the clock of performance.now(). Infinity: none. */
  watch(deadline: number): void {
    this.deadline = deadline
    if (deadline < this.firesAt) this.arm()
  }

  private arm(): void {
    clearTimeout(this.timer)
    this.firesAt = this.deadline
    const wait = Math.max(0, this.deadline - performance.now())
    this.timer = setTimeout(this.look, Math.min(wait, longestTimer))
    this.timer.unref()
  }

  private look = (): void => {
    this.firesAt = Infinity
    if (this.deadline === Infinity) return
    if (performance.now() < this.deadline) return this.arm()
    // If it was this process that stood still, the answer has come in time, and is read before the next timer.
    setTimeout(() => {
      if (performance.now() >= this.deadline) this.bark()
    }, 1)
  }
}

/** Whether an event loop turns: a beat that comes late is a hole, and what lies between beats in time is a span. */
import type { Outbox } from './outbox'

/** Milliseconds between two beats. */
export const beat = 25
/** A silence that is longer than this is a hole. */
const noticeable = 50
/** Milliseconds between two spans that are told. */
const spanLength = 250

/** Beats until it is disposed of. The clock is that of `performance.now()`; what is told is since 1970. */
export class Heartbeat implements Disposable {
  private lastBeat: number
  /** The last time that something is known to have happened, before the next beat was due. */
  private lastSign: number
  private spanFrom: number
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly outbox: Pick<Outbox, 'add' | 'flush'>,
    private readonly clock: () => number = () => performance.now(),
  ) {
    const now = clock()
    this.lastBeat = now
    this.lastSign = now
    this.spanFrom = now
    this.timer = setInterval(() => this.beat(), beat).unref()
  }

  /** Something has happened. It is a sign of life, unless the next beat was due before it. */
  see(at: number): void {
    if (at > this.lastSign && at <= this.lastBeat + beat) this.lastSign = at
  }

  beat(): void {
    const now = this.clock()
    if (now - this.lastSign > noticeable) this.tellHole(now)
    else if (now - this.spanFrom >= spanLength) this.tellSpan(now)
    this.lastBeat = now
    this.lastSign = now
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer)
    this.tellSpan(this.lastBeat)
  }

  private tellHole(now: number): void {
    this.tellSpan(this.lastSign)
    this.tell('hole', this.lastSign, now)
    this.spanFrom = now
    this.outbox.flush()
  }

  private tellSpan(to: number): void {
    if (to > this.spanFrom) this.tell('alive', this.spanFrom, to)
    this.spanFrom = to
  }

  private tell(type: 'alive' | 'hole', from: number, to: number): void {
    const { timeOrigin } = performance
    this.outbox.add({ type, from: timeOrigin + from, to: timeOrigin + to })
  }
}

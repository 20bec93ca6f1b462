/** The events as htmx has them from the server, and how its clock and the connection are. */
import type { LaneEvent } from '../events'
import { SceneBuilder } from '../scene'

/** Events that come this long after the connection was made are new, not caught up. */
const settled = 1_000

export class Stream {
  builder = new SceneBuilder()
  /** When the connection was lost, by the clock of this machine. */
  lostAt: number | undefined
  private last = 0
  private newest = 0
  /** How far the clock of this machine is ahead of the server's. */
  private ahead = 0
  private least = Infinity
  private readonly began = Date.now()
  private openedAt = Date.now()

  /** `onChange` hears whether anything came but signs of life. */
  constructor(
    connected: Element,
    private readonly onChange: (isMore: boolean) => void,
  ) {
    connected.addEventListener('htmx:sse:after:connection', () => this.open())
    for (const trouble of ['htmx:sse:error', 'htmx:error'])
      connected.addEventListener(trouble, () => this.lose())
    connected.addEventListener('lanes', (event) => {
      const { data } = (event as CustomEvent<{ data: string }>).detail
      this.take(JSON.parse(data) as LaneEvent[])
    })
  }

  /** The time at the server, in milliseconds since 1970; while it cannot be heard, the last that was. */
  get now(): number {
    return Math.max(this.newest, (this.lostAt ?? Date.now()) - this.ahead)
  }

  /** When the page began to listen, by the server's clock. */
  get since(): number {
    return this.began - this.ahead
  }

  clear(): void {
    this.builder.add({ n: this.last, process: '', type: 'clear', at: this.now })
    this.onChange(true)
  }

  private open(): void {
    this.lostAt = undefined
    this.openedAt = Date.now()
    this.onChange(true)
  }

  private lose(): void {
    this.lostAt ??= Date.now()
    this.onChange(true)
  }

  private take(events: readonly LaneEvent[]): void {
    for (const event of events) {
      const at = 'at' in event ? event.at : event.to
      if (event.n <= this.last) {
        if (at <= this.newest) continue // it was here before the connection was lost
        // The server was started again, and counts from 1.
        this.builder = new SceneBuilder()
      }
      this.last = event.n
      this.newest = Math.max(this.newest, at)
      this.builder.add(event)
      this.compareClocks(at)
    }
    this.onChange(events.some(({ type }) => type !== 'alive'))
  }

  /** Nothing comes from the future, and what is new has not been on its way for long. */
  private compareClocks(at: number): void {
    const difference = Date.now() - at
    if (difference < this.ahead) this.ahead = difference
    if (Date.now() - this.openedAt < settled) return
    this.least = Math.min(this.least, difference)
    // A few milliseconds are the way; only a clock that is really behind is worth a jump.
    if (this.least > 500) this.ahead = this.least
  }
}

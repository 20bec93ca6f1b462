/** Events on their way to the runner: collected for a moment, sent together, and dropped where nobody takes them. */
import type { ProcessEvent } from './events'

/** Takes a batch; calls `sent` when it has gone, or never will. */
export type Send = (events: readonly ProcessEvent[], sent: () => void) => void

/** Milliseconds in which events are collected: each message costs as much as twenty events. */
const pause = 50
/** Batches that may be sent at once, in so many milliseconds. */
const mostHurried = 10
const hurry = 100
/** Batches that may be under way. A runner that stands still reads none. */
const mostUnderWay = 8
const mostEvents = 10_000

export class Outbox {
  private events: ProcessEvent[] = []
  private timer: NodeJS.Timeout | undefined = undefined
  private hurriedFrom = -Infinity
  private hurried = 0
  private underWay = 0

  constructor(private readonly send: Send) {}

  add(event: ProcessEvent): void {
    // The oldest go: whoever looks again wants to know how things are.
    if (this.events.length >= mostEvents) this.events.splice(0, mostEvents / 2)
    this.events.push(event)
    this.timer ??= setTimeout(() => this.flush(), pause).unref()
  }

  /** Sends now what cannot wait, unless that has been so too often. */
  hurry(): void {
    const now = performance.now()
    if (now - this.hurriedFrom >= hurry) {
      this.hurriedFrom = now
      this.hurried = 0
    }
    if (this.hurried++ < mostHurried) this.flush()
  }

  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.events.length === 0 || this.underWay >= mostUnderWay) return
    const { events } = this
    this.events = []
    this.underWay++
    let isUnderWay = true
    const sent = () => {
      if (isUnderWay) this.underWay--
      isUnderWay = false
    }
    try {
      this.send(events, sent)
    } catch {
      sent() // the channel is closed
    }
  }
}

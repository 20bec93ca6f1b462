/** What the processes of a lesson have told and printed in the last ten minutes, for all who want to show it. */
import type { LaneEvent, ParentEvent, ProcessEvent } from './events'
import { Log } from './log'

export type TerminalLine = { n: number; process: string; stream: 'out' | 'err'; line: string }

export type RecorderOptions = {
  /** The most events that are kept. Default: 100,000, ten minutes of 1,000 requests a minute with some tasks each. */
  capacity?: number
  /** For how long they are kept, in milliseconds. Default: ten minutes. */
  age?: number
  /** The most lines that are kept. Default: 2,000. */
  lineCapacity?: number
}

/** Characters of a line. What is longer is a mistake in the program that prints it, or data. */
const longestLine = 2_000

/**
 * Milliseconds that a span of 'alive' grows before it is recorded: an idle process is one event in a quarter of a second.
 */
const shortestSpan = 250

/** A pause between two spans that still counts as none. */
const seam = 50

type Alive = Extract<ProcessEvent, { type: 'alive' }>

export class Recorder {
  private readonly log: Log<LaneEvent>
  private readonly terminal: Log<TerminalLine>
  /** For each process, the span that still grows. */
  private readonly alive = new Map<string, Alive>()

  constructor({ capacity = 100_000, age = 600_000, lineCapacity = 2_000 }: RecorderOptions = {}) {
    this.log = new Log({ capacity, age: { timeOf, milliseconds: age } })
    this.terminal = new Log({ capacity: lineCapacity })
  }

  record(process: string, event: ProcessEvent | ParentEvent): void {
    if (event.type === 'alive') this.grow(process, event)
    else {
      // Holes and ends are told from spans by their order.
      if (event.type === 'hole' || event.type === 'process') this.finishSpan(process)
      this.add(process, event)
    }
  }

  /** The events with a number above `after` that are still kept, then all that come, until `signal` aborts. */
  events(after: number, signal: AbortSignal): AsyncIterable<LaneEvent> {
    return this.log.read(after, signal)
  }

  /** The events with a number above `after` that are still kept. */
  since(after: number): readonly LaneEvent[] {
    return this.log.since(after)
  }

  print(process: string, stream: 'out' | 'err', line: string): void {
    const text = line.length > longestLine ? `${line.slice(0, longestLine)} …` : line
    this.terminal.add({ n: this.terminal.last + 1, process, stream, line: text })
  }

  /** Like `events`, for what has been printed. */
  lines(after: number, signal: AbortSignal): AsyncIterable<TerminalLine> {
    return this.terminal.read(after, signal)
  }

  /** How many events are kept. */
  get size(): number {
    return this.log.size
  }

  private grow(process: string, { from, to }: Alive): void {
    const span = this.alive.get(process)
    if (span && from - span.to <= seam) span.to = Math.max(span.to, to)
    else {
      this.finishSpan(process)
      this.alive.set(process, { type: 'alive', from, to })
    }
    const grown = this.alive.get(process)
    if (grown && grown.to - grown.from >= shortestSpan) this.finishSpan(process)
  }

  private finishSpan(process: string): void {
    const span = this.alive.get(process)
    if (!span) return
    this.alive.delete(process)
    this.add(process, span)
  }

  private add(process: string, event: ProcessEvent | ParentEvent): void {
    this.log.add({ n: this.log.last + 1, process, ...event })
  }
}

function timeOf(event: LaneEvent): number {
  return 'to' in event ? event.to : event.at
}

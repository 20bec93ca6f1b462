/** What the guide needs to know of a running lesson, and may do with it. */
import type { Lesson } from '../../index'
import type { LaneEvent } from '../lanes/events'

export type RunningProcess = {
  name: string
  url?: string | undefined
  /** What a browser finds at `url`, if anything. */
  page?: string | undefined
  state: 'starting' | 'ready' | 'stopped' | 'ended'
}

export type PrintedLine = { n: number; process: string; stream: 'out' | 'err'; line: string }

export type RunningLesson = {
  lesson: Lesson
  recorder: {
    events(after: number, signal: AbortSignal): AsyncIterable<LaneEvent>
    lines(after: number, signal: AbortSignal): AsyncIterable<PrintedLine>
  }
  processes(): readonly RunningProcess[]
  failures(): readonly { label: string; isOn: boolean }[]
  /** Turns a failure on, or off again. */
  press(index: number): Promise<void>
  restart(): Promise<void>
}

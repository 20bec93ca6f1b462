/** What the process that judges an exercise tells the one that has started it, while it goes on. */
import type { LaneEvent, Place } from '../lanes/events'

export type Message =
  /** All facts, in the order in which they are looked at. `slowness`: how many times as long as usual it took to load them. */
  | { type: 'facts'; facts: readonly string[]; slowness: number }
  | { type: 'holds'; fact: string }
  /** The last message, as is 'done': nothing behind a broken fact is looked at. */
  | { type: 'broken'; broken: Problem }
  | { type: 'done' }
  | { type: 'event'; event: LaneEvent; run: number }

/** What is wrong, for people. `run` is the one whose lanes show it. `isEndless`: something did not come to its end. */
export type Problem = { sentence: string; place?: Place; run?: number; isEndless?: boolean }

/**
 * Where tasks were added. A stack is taken when that happens, which costs next to nothing, and read when it is sent: no
 * visitor waits for it.
 */
import { placeIn } from './describe'
import type { Place, ProcessEvent } from './events'

/** Stacks that are taken in a second. Nobody looks at the lines of more, and each takes microseconds. */
const mostInASecond = 100
/** Stacks whose places are remembered. */
const mostKnown = 500

export class Places {
  private readonly stacks = new WeakMap<object, Error>()
  private readonly known = new Map<string, Place | undefined>()
  private second = -Infinity
  private taken = 0

  /** `root`: places are told from here. */
  constructor(private readonly root: string) {}

  /** To be called while the library tells of it: whoever adds the task stands in this stack. */
  note(event: object): void {
    const now = performance.now()
    if (now - this.second >= 1_000) {
      this.second = now
      this.taken = 0
    }
    if (this.taken++ < mostInASecond) this.stacks.set(event, new Error('a stack'))
  }

  /** Gives events their places. */
  fill(events: readonly ProcessEvent[]): void {
    for (const event of events) {
      if (event.type !== 'task' || event.status !== 'waiting') continue
      const stack = this.stacks.get(event)
      if (!stack) continue
      const place = this.find(stack)
      if (place) event.place = place
    }
  }

  private find(error: Error): Place | undefined {
    try {
      const { stack = '' } = error
      if (this.known.has(stack)) return this.known.get(stack)
      const place = placeIn(stack, this.root)
      if (this.known.size < mostKnown) this.known.set(stack, place)
      return place
    } catch {
      return undefined // the program may have put something of its own in the place of a stack
    }
  }
}

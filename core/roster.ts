/**
 * Who is held: a set whose members carry their own links. A `Set` would do; at a list a request, its hashing and
 * rehashing was a tenth of what a task costs.
 */
import type { HeldTasks } from './held'

export class Roster {
  size = 0
  private first: HeldTasks | undefined = undefined
  private last: HeldTasks | undefined = undefined

  add(list: HeldTasks): void {
    list.isHeld = true
    list.before = this.last
    if (this.last) this.last.after = list
    else this.first = list
    this.last = list
    this.size++
  }

  delete(list: HeldTasks): void {
    if (!list.isHeld) return
    const { before, after } = list
    if (before) before.after = after
    else this.first = after
    if (after) after.before = before
    else this.last = before
    list.isHeld = false
    list.before = undefined
    list.after = undefined
    this.size--
  }

  /** In the order of arrival. What is deleted meanwhile does not disturb it. */
  *[Symbol.iterator](): Generator<HeldTasks> {
    for (let list = this.first, next = list?.after; list; list = next, next = list?.after)
      yield list
  }
}

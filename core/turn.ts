/**
 * What is due in the next turn of the event loop: one immediate for all lists that come due in this one. An immediate
 * for each costs more than all the rest of running a task.
 */

/** So many milliseconds of tasks, then whoever else waits has a turn of his own. */
const slice = 5

export type Due = { due(): void }

export class NextTurn {
  private lists: Due[] = []

  /** Calls `list.due()`, in the next turn or, where tasks block, in one of the next. */
  add(list: Due): void {
    if (this.lists.push(list) === 1) setImmediate(this.run)
  }

  private readonly run = (): void => {
    const { lists } = this
    this.lists = [] // what comes due meanwhile has the next turn
    const end = performance.now() + slice
    let next = 0
    try {
      do lists[next++]!.due()
      while (next < lists.length && performance.now() < end)
    } finally {
      if (next < lists.length) this.putBack(lists.slice(next))
    }
  }

  private putBack(lists: Due[]): void {
    if (this.lists.length === 0) setImmediate(this.run)
    this.lists = lists.concat(this.lists)
  }
}

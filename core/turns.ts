/**
 * Which list runs when: so many at a time, first come, first served; and some of them in each turn of the event loop, so
 * that timers, signals and visitors have theirs.
 */

/**
 * What a list waits for. `free`: for its first task; nobody counts it. `held`: for the answer. `sending`: for the last
 * byte. `ready`: for a place. `running`: for its tasks. `given up`: for the task that ran when a drain gave it up.
 */
export type ListState = 'free' | 'held' | 'sending' | 'ready' | 'running' | 'given up'

/** What a list has to wait for: a promise, another turn because it has had its time, or nothing because it is done. */
export type Work = PromiseLike<unknown> | 'later' | 'done'

/** What can be run in turns: a list of tasks. */
export type Runnable = {
  state: ListState
  /** Kept here: whether it stands in the line for the next slice. */
  isInLine: boolean
  readonly hasNext: boolean
  /** Runs tasks, one at least, until one is pending, `deadline` on the clock of performance.now() has passed, or none is left. */
  advance(deadline: number): Work
  /** What was pending has settled. */
  end(failure?: { thrown: unknown }): void
}

/** So many milliseconds of tasks in a turn; where they come faster than that, more, and at most so many. */
const usualSlice = 5
const longestSlice = 100

export class Turns {
  private readonly line: Runnable[] = []
  /** Lists for which there is no place yet; those before `first` have had theirs. */
  private readonly queue: Runnable[] = []
  private first = 0
  private running = 0
  private isTurnSet = false
  private sliceEnd = 0
  /** When the last slice ended that has left something; 0 where it has not. */
  private leftOverAt = 0

  constructor(
    private readonly concurrency: number,
    private readonly finished: (list: Runnable) => void,
  ) {}

  /** Runs `list` when there is a place for it. Not at once: nobody expects a task to run before the next line does. */
  add(list: Runnable): void {
    if (this.running < this.concurrency) this.admit(list)
    else {
      list.state = 'ready'
      this.queue.push(list)
    }
  }

  /** Counts a list again whose task is still waited for. */
  takeBack(list: Runnable): void {
    list.state = 'running'
    this.running++
  }

  /** Waits no longer for `list`, which has this state from now on. */
  giveUp(list: Runnable, state: 'free' | 'given up'): void {
    if (list.state === 'running') this.running--
    list.state = state
    this.admitNext()
  }

  private admit(list: Runnable): void {
    this.takeBack(list)
    this.runSoon(list)
  }

  private admitNext(): void {
    if (this.queue.length === 0) return
    while (this.first < this.queue.length && this.running < this.concurrency) {
      const list = this.queue[this.first++]!
      if (list.state === 'ready') this.admit(list)
    }
    // Seldom: to take one away from the front moves all the others.
    if (this.first * 2 < this.queue.length) return
    this.queue.splice(0, this.first)
    this.first = 0
  }

  private runSoon(list: Runnable): void {
    // Given up and taken back, it may stand there already.
    if (!list.isInLine) this.line.push(list)
    list.isInLine = true
    this.setTurn()
  }

  private readonly turn = (): void => {
    this.isTurnSet = false
    this.slice()
  }

  /**
   * Where the last slice has left something, tasks get as much time as all others took since: they keep up with the
   * requests that bring them, and the others with them.
   */
  slice(): void {
    const { line } = this
    let now = performance.now()
    const others = this.leftOverAt === 0 ? 0 : now - this.leftOverAt
    this.sliceEnd = now + Math.min(Math.max(usualSlice, others), longestSlice)
    let next = 0
    while (next < line.length && now < this.sliceEnd) {
      const list = line[next++]!
      list.isInLine = false
      if (list.state === 'running') this.settle(list, list.advance(this.sliceEnd))
      now = performance.now()
    }
    if (next === line.length) line.length = 0
    else line.splice(0, next)
    this.leftOverAt = line.length > 0 ? now : 0
    if (line.length > 0) this.setTurn()
  }

  private setTurn(): void {
    if (!this.isTurnSet) setImmediate(this.turn)
    this.isTurnSet = true
  }

  private settle(list: Runnable, work: Work): void {
    if (work === 'later') this.runSoon(list)
    else if (work !== 'done') void this.follow(list, work)
    else {
      this.giveUp(list, 'free')
      this.finished(list)
    }
  }

  /** Waits for a task, and goes on with the next. Never rejects. */
  private async follow(list: Runnable, pending: PromiseLike<unknown>): Promise<void> {
    let work: Work = pending
    while (typeof work === 'object' || typeof work === 'function') {
      try {
        await work
        list.end()
      } catch (thrown) {
        list.end({ thrown })
      }
      if (list.state === 'given up') {
        list.state = 'free'
        return
      }
      // A chain of promises that have settled already would never let anybody else in.
      const isLate = list.hasNext && performance.now() >= this.sliceEnd
      work = isLate ? 'later' : list.advance(this.sliceEnd)
    }
    this.settle(list, work)
  }
}

/** How a mailing stands. Totals: who misses one is right again. */
export type Change = {
  id: number
  state: 'sending' | 'paused' | 'done' | 'cancelled' | 'stopped'
  sent: number
  refused: number
  left: number
  /** In seconds, once that can be said. */
  timeLeft?: number | undefined
}

const mostKept = 100

/** State and changes: what is so now, and what happens next. */
export class Changes {
  now: Change
  private readonly kept: Change[] = []
  private next = Promise.withResolvers<void>()

  constructor(left: number) {
    this.now = { id: 0, state: 'sending', sent: 0, refused: 0, left }
  }

  get isOver(): boolean {
    return !/^(sending|paused)$/.test(this.now.state)
  }

  become(news: Partial<Change>) {
    this.now = { ...this.now, ...news, id: this.now.id + 1 }
    this.kept.push(this.now)
    if (this.kept.length > mostKept) this.kept.shift()
    this.next.resolve()
    this.next = Promise.withResolvers()
  }

  /** Whether everything after that change is still here. */
  reachBackTo(id: number): boolean {
    const oldest = this.kept[0]?.id ?? 1
    return id >= oldest - 1 && id <= this.now.id
  }

  /** What has a number above `id`, as it comes, until it is over. */
  async *after(id: number, signal: AbortSignal) {
    // Whoever has left must not be waited for.
    const left = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve())
    })
    while (!signal.aborted) {
      const change = this.kept.find((one) => one.id > id)
      if (change) {
        id = change.id
        yield change
      } else if (this.isOver) return
      else await Promise.race([this.next.promise, left])
    }
  }
}

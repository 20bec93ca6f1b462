/**
 * A log that is kept for a while: entries are numbered from 1 without a gap, the oldest ones are forgotten, and anyone may
 * read on from the number where they stopped. Readers have a place in it and no list of their own, so that a slow reader
 * holds up nobody and costs nothing.
 */
export type LogOptions<Entry> = {
  /** The most entries that are kept. */
  capacity: number
  /** Entries that are older than the newest one by more than `milliseconds` are forgotten as well. */
  age?: { timeOf: (entry: Entry) => number; milliseconds: number }
}

export class Log<Entry> {
  /** The entry with number n is at (n - 1) % capacity. */
  private readonly slots: (Entry | undefined)[] = []
  private oldest = 1
  private newest = 0
  private newestTime = -Infinity
  /** What readers wait for that have read all. */
  private more: PromiseWithResolvers<void> | undefined = undefined

  constructor(private readonly options: LogOptions<Entry>) {}

  /** The number of the newest entry; 0 before the first. */
  get last(): number {
    return this.newest
  }

  /** How many entries are kept. */
  get size(): number {
    return this.newest - this.oldest + 1
  }

  add(entry: Entry): void {
    const { capacity, age } = this.options
    if (this.size === capacity) this.forgetOldest()
    this.slots[this.newest++ % capacity] = entry
    if (age) {
      this.newestTime = Math.max(this.newestTime, age.timeOf(entry))
      const limit = this.newestTime - age.milliseconds
      while (this.size > 1 && age.timeOf(this.at(this.oldest)) < limit) this.forgetOldest()
    }
    this.wake()
  }

  /** What is kept of the entries behind number `after`. */
  since(after: number): Entry[] {
    const entries: Entry[] = []
    for (let n = this.firstBehind(after); n <= this.newest; n++) entries.push(this.at(n))
    return entries
  }

  /** What is kept behind number `after`, and then all that comes, until `signal` aborts. */
  async *read(after: number, signal: AbortSignal): AsyncGenerator<Entry, void, void> {
    const wake = () => this.wake()
    signal.addEventListener('abort', wake)
    try {
      let read = after > this.newest ? 0 : after // of another log, before this program was started again
      while (!signal.aborted) {
        const next = this.firstBehind(read)
        if (next <= this.newest) {
          yield this.at(next)
          read = next
        } else {
          this.more ??= Promise.withResolvers()
          await this.more.promise
        }
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  private firstBehind(after: number): number {
    return Math.max(after + 1, this.oldest)
  }

  private at(n: number): Entry {
    return this.slots[(n - 1) % this.options.capacity]!
  }

  private forgetOldest(): void {
    this.slots[(this.oldest - 1) % this.options.capacity] = undefined
    this.oldest++
  }

  private wake(): void {
    this.more?.resolve()
    this.more = undefined
  }
}

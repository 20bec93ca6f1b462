/**
 * Which rows a block stands on: the lowest that are free for its whole width, in the order of arrival. A block that has its
 * rows keeps them, however time goes on.
 */
export type Block = { key: string; from: number; to: number; rows: number }

/** Between a block and the next one on its rows. What stands may be closer by a pixel: places are sums of fractions. */
const gap = 8

type Taken = Map<number, { from: number; to: number }[]>

export class Stack {
  private placed = new Map<string, number[]>()
  private readonly beyond = new Set<string>()

  /**
   * The rows of each block, and nothing for those that found no row under `mostRows`, or came when `mostBlocks` had theirs.
   */
  place(blocks: readonly Block[], mostRows = Infinity, mostBlocks = Infinity) {
    const taken: Taken = new Map()
    const kept = blocks.filter((block) => this.keep(block, taken))
    const keys = new Set(kept.map(({ key }) => key))
    for (const block of kept) this.grow(block, taken)
    for (const block of blocks) {
      if (keys.has(block.key) || this.beyond.has(block.key)) continue
      const first = lowest(block, 0, block.rows, taken)
      if (first + block.rows > mostRows || keys.size >= mostBlocks) this.beyond.add(block.key)
      else {
        keys.add(block.key)
        this.put(block, first, block.rows, taken)
      }
    }
    return new Map([...keys].map((key) => [key, this.placed.get(key) ?? []]))
  }

  /** Forgets the rows of blocks that are gone. */
  prune(isHeld: (key: string) => boolean): void {
    for (const key of [...this.placed.keys(), ...this.beyond])
      if (!isHeld(key)) {
        this.placed.delete(key)
        this.beyond.delete(key)
      }
  }

  private keep(block: Block, taken: Taken): boolean {
    const rows = this.placed.get(block.key)
    if (!rows) return false
    if (rows.every((row) => isFree(block, row, taken, gap - 1))) {
      for (const row of rows) take(block, row, taken)
      return true
    }
    // It has become wider than anybody could know when it got its rows.
    this.placed.delete(block.key)
    return false
  }

  /** A task that came late stands under those that were there. */
  private grow(block: Block, taken: Taken): void {
    const rows = this.placed.get(block.key) ?? []
    const more = block.rows - rows.length
    if (more > 0)
      this.put(block, lowest(block, Math.max(-1, ...rows) + 1, more, taken), more, taken)
  }

  private put(block: Block, first: number, count: number, taken: Taken): void {
    const rows = Array.from({ length: count }, (_, index) => first + index)
    for (const row of rows) take(block, row, taken)
    this.placed.set(block.key, [...(this.placed.get(block.key) ?? []), ...rows])
  }
}

function lowest(block: Block, from: number, count: number, taken: Taken): number {
  for (let first = from; ; first++) {
    let free = 0
    while (free < count && isFree(block, first + free, taken)) free++
    if (free === count) return first
    first += free
  }
}

function isFree({ from, to }: Block, row: number, taken: Taken, space = gap): boolean {
  return !taken.get(row)?.some((other) => other.from < to + space && from < other.to + space)
}

function take({ from, to }: Block, row: number, taken: Taken): void {
  const spans = taken.get(row) ?? []
  spans.push({ from, to })
  taken.set(row, spans)
}

/** How many hints of an exercise are open: the same in the terminal and in every page, wherever they were asked for. */

export class OpenHints {
  count = 0
  private readonly listeners = new Set<() => void>()

  /** `most` is how many there are. */
  constructor(private readonly most: number) {}

  /** Opens hint number `number`, if it is the next one. */
  open(number: number): void {
    if (number !== this.count + 1 || number > this.most) return
    this.count = number
    for (const listener of this.listeners) listener()
  }

  /** Calls `listener` when one more is open, until what it gives back is called. */
  onOpen(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}

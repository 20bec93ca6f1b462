/** What a check leaves to chance, so that an answer that only fits one order does not pass. */

/** A whole number, both ends included. */
export function between(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1))
}

/** A copy in another order. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** A moment of some milliseconds, never the same one. Takes no part in `Bun.sleep`, which a check may replace. */
export function moment(least: number, most = least): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, between(least, most))
  })
}

/** Looks again and again, for some hundred milliseconds at most; only an answer that is wrong takes all of that. */
export async function comes(looks: () => boolean, milliseconds = 300): Promise<boolean> {
  const end = performance.now() + milliseconds
  while (!looks() && performance.now() < end) await moment(2)
  return looks()
}

/** From now on, what sleeps for seconds does so for milliseconds, never the same ones. */
export function shortenSleeps(least: number, most: number): void {
  Object.defineProperty(Bun, 'sleep', { value: () => moment(least, most) })
}

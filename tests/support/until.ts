/** The only place in the tests that lets time pass: it looks until something is so, and not longer than a deadline. */

// Taken now: a test may put something else in its place.
const { sleep } = Bun

/** Asks `question` until its answer is neither undefined nor false, and gives the answer. */
export async function until<Answer>(
  what: string,
  question: () => Answer | Promise<Answer>,
  milliseconds = 15_000,
): Promise<Exclude<Answer, undefined | false>> {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const answer = await question()
    if (answer !== undefined && answer !== false)
      return answer as Exclude<Answer, undefined | false>
    if (performance.now() > deadline) throw new Error(`Not so after ${milliseconds} ms: ${what}`)
    await sleep(20)
  }
}

/** For what must be done within one second of the clock, in which nothing was done before. */
export function beginningOfASecond(): Promise<true> {
  const second = () => Math.floor(Date.now() / 1_000)
  const now = second()
  return until('another second has begun', () => second() !== now)
}

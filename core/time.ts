/** Resolves when `work` has ended, well or badly, or `milliseconds` have passed. */
export async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: deadline, resolve } = Promise.withResolvers<void>()
  const timer = milliseconds < longestTimer ? setTimeout(resolve, milliseconds) : undefined
  await Promise.race([Promise.allSettled([work]), deadline])
  clearTimeout(timer)
}

/** A timer with more milliseconds than this fires at once. */
const longestTimer = 2 ** 31

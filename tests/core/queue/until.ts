/** Resolves when `condition` holds; rejects, with what it was for, when that takes too long. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadline = 15_000,
): Promise<void> {
  const end = performance.now() + deadline
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${deadline} ms: ${what}`)
    await Bun.sleep(10)
  }
}

/**
 * The message that a promise rejects with. Not `expect().rejects`, which runs the event loop from within: if that
 * happens in a callback of Bun's Redis client, the rest of what it is reading is lost.
 */
export async function failureOf(work: Promise<unknown> | undefined): Promise<string> {
  try {
    await work
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('It was expected to fail, and succeeded.')
}

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

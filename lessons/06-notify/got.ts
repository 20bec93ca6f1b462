export type Got = { id: string; words: string; problem: string }

/** What the receiver got, the newest first. */
export const got: Got[] = []
const taken = new Set<string>()
let next = Promise.withResolvers<void>()

/** Whether a message with that id has been taken. */
export function isTaken(id: string): boolean {
  return taken.has(id)
}

/** Says what became of a message. */
export function note(id: string, words: string, problem = ''): string {
  if (!problem) taken.add(id)
  got.unshift({ id, words, problem })
  got.splice(50)
  console.log(problem ? `refused: ${problem}` : `taken: ${words}`)
  next.resolve()
  next = Promise.withResolvers()
  return problem || 'Taken.'
}

/** Resolves when there is something new. */
export function somethingNew(): Promise<void> {
  return next.promise
}

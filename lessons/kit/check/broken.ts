import type { Problem } from './messages'

/** A fact that does not hold. The message is the one sentence that a learner reads. */
export class Broken extends Error {
  override name = 'Broken'
  constructor(
    sentence: string,
    /** The line that breaks it, the run whose lanes show it, and whether it is that something never ends. */
    readonly where: Omit<Problem, 'sentence'> = {},
  ) {
    super(sentence)
  }
}

/** Throws `Broken` with the sentence, unless it holds. `run` is what `beginRun()` gave: its lanes are shown then. */
export function must(holds: boolean, sentence: string, run?: number): asserts holds {
  if (!holds) throw new Broken(sentence, run === undefined ? {} : { run })
}

/** `must` of each: the first one that it does not hold for is shown. */
export function mustAll<Seen extends { run: number }>(
  all: readonly Seen[],
  holds: (one: Seen) => boolean,
  sentence: string | ((one: Seen) => string),
): void {
  const broken = all.find((one) => !holds(one))
  if (broken) must(false, typeof sentence === 'string' ? sentence : sentence(broken), broken.run)
}

import type { Place } from '../lanes/events'

/** A fact that does not hold. The message is the one sentence that a learner reads. */
export class Broken extends Error {
  override name = 'Broken'
  constructor(
    sentence: string,
    readonly place?: Place,
  ) {
    super(sentence)
  }
}

/** Throws `Broken` with the sentence, unless it holds. */
export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Broken(sentence)
}

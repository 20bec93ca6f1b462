/** The hints of a lesson, the first of which says least. */
import type { Lesson } from '../index'
import { readTextsOfLessons } from './texts' with { type: 'macro' }

export const textsOfLessons = readTextsOfLessons()

/** In hints.md each one stands under a heading that is its number. */
export function hintsOf({ slug }: Lesson): string[] {
  const [, ...hints] = (textsOfLessons[slug]?.hints ?? '').split(/^## \d+\s*$/m)
  return hints.map((text) => text.trim())
}

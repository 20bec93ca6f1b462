/** The hints of a lesson, the first of which says least. */
import type { Lesson } from '../index'
import { readTextsOfLessons } from './texts'

/** What `readTextsOfLessons` gave when the binary was built, as JSON: written into it by build.ts. */
declare const LESSON_TEXTS: string | undefined

export const textsOfLessons: ReturnType<typeof readTextsOfLessons> =
  typeof LESSON_TEXTS === 'string' ? JSON.parse(LESSON_TEXTS) : readTextsOfLessons()

/** In hints.md each one stands under a heading that is its number. */
export function hintsOf({ slug }: Lesson): string[] {
  const [, ...hints] = (textsOfLessons[slug]?.hints ?? '').split(/^## \d+\s*$/m)
  return hints.map((text) => text.trim())
}

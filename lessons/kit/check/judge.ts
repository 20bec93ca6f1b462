/**
 * What a lesson's check.test.ts calls. Each fact is a sentence that says what holds, and a function that throws if it
 * does not; they come in the order in which a learner repairs.
 *
 * @example
 * await judge(1, observe, {
 *   'The visitor sees the page.': ({ status }) => must(status === 200, 'The visitor saw an error.'),
 * })
 *
 * Under `bun test` each fact is a test of its own, of the folder that EXERCISE names or else of the solution. `kit check`
 * runs the same in a child process. The facts themselves are looked at in that child process in both cases.
 */
import { join } from 'node:path'

import { lessons } from '../../index'
import { home } from '../program'
import { runCheck } from './check'
import { Exercise } from './exercise'
import type { Message } from './messages'
import { measureSlowness } from './slowness'

export { Broken, must, mustAll } from './broken'
export { beginRun } from './lanes'
export type { Exercise } from './exercise'

export type Facts<Seen> = Record<string, (seen: Seen) => unknown>

let tell: ((message: Message) => void) | undefined

/** From now on a check in this process looks at its facts itself, and tells of them. */
export function judgeHere(listener: (message: Message) => void): void {
  tell = listener
}

/**
 * Lets `observe` run the exercise, then looks at the facts, one after another, until one does not hold. What `observe`
 * throws counts as the first fact.
 */
export async function judge<Seen>(
  lesson: number,
  observe: (exercise: Exercise) => Seen | Promise<Seen>,
  facts: Facts<Seen>,
): Promise<void> {
  if (!tell) return test(lesson, Object.keys(facts))
  tell({ type: 'facts', facts: Object.keys(facts), slowness: measureSlowness() })
  const exercise = new Exercise(Bun.env.EXERCISE ?? '', lesson)
  try {
    const seen = await observe(exercise)
    for (const [fact, look] of Object.entries(facts)) {
      await look(seen)
      if (fact === Object.keys(facts).at(-1)) exercise.mustHaveNothingLoose()
      tell({ type: 'holds', fact })
    }
    tell({ type: 'done' })
  } catch (error) {
    tell({ type: 'broken', broken: exercise.explain(error) })
  }
}

async function test(lesson: number, facts: readonly string[]): Promise<void> {
  const slug = lessons.find(({ number }) => number === lesson)?.slug ?? ''
  // Every solution passes, so a fresh clone is green. An exercise is not solved yet, and is not meant to be.
  const folder = Bun.env.EXERCISE ?? join(home, 'lessons', slug, 'solution')
  const { broken, passed } = await runCheck(lesson, folder)
  const bunTest = await import('bun:test')
  bunTest.describe(`lesson ${lesson}, ${folder.replace(`${home}/`, '')}`, () => {
    for (const [index, fact] of facts.entries()) {
      const isLookedAt = index <= passed.length
      bunTest.test.skipIf(!isLookedAt)(fact, () => {
        if (index === passed.length) bunTest.expect(broken?.sentence).toBeUndefined()
      })
    }
  })
}

/**
 * One program of a lesson as a process of its own. It is started by the runner, tells it when it listens, and does not
 * outlive it: the channel between the two closes however the runner ends, kill -9 included.
 */
import { type LessonProcess, lessons } from '../index'
import type { ReadyMessage } from './child'
import { endWith, explainErrors } from './errors'
import { forward, sendToParent } from './lanes/forward'
import { home } from './program'

/** For the runner only: people type the verbs of the command line. */
export const processVerb = 'process'

/** The program that the runner names: a lesson's number and the name of the process. */
export function findProcess([number, name]: readonly string[]): LessonProcess | undefined {
  const lesson = lessons.find((candidate) => String(candidate.number) === number)
  return lesson?.processes.find((candidate) => candidate.name === name)
}

export async function startProcess(program: LessonProcess, number: string): Promise<void> {
  explainErrors(`Lesson ${number}`)
  process.on('disconnect', () => process.exit(1))
  // First: what a lesson does while it is loaded is part of it.
  if (process.send) forward({ send: sendToParent, root: home })
  try {
    const { start } = await program.load()
    await start()
  } catch (error) {
    endWith(error)
  }
  process.send?.({ ready: true } satisfies ReadyMessage)
}

/** `work N`: the learner's exercise, run and checked at each save, with a few keys. */
import { styleText } from 'node:util'

import type { Lesson } from '../../index'
import { whenOutputFails } from '../output'
import { portTrouble } from '../ports'
import { commandLine } from '../program'
import { readKeys } from './keys'
import { type WorkOptions, WorkSession } from './session'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves with the exit code when the learner has enough, and none of its processes is left. */
export async function work(first: Lesson, options: WorkOptions = {}): Promise<number> {
  let session: WorkSession | undefined
  let exitCode = 0
  const quit = () => session?.end(undefined)
  for (const signal of signals) process.on(signal, quit)
  whenOutputFails((sentence) => {
    exitCode = 1
    console.error(sentence)
    quit()
  })
  using typed = readKeys((key) => void session?.press(key))
  for (let lesson: Lesson | undefined = first; lesson;) {
    const trouble = portTrouble(lesson, commandLine('work', lesson.number))
    if (trouble !== undefined) {
      exitCode = 1
      console.error(trouble)
      break
    }
    session = new WorkSession(lesson, { ...options, hasKeys: typed.areRead })
    lesson = await session.untilOver()
  }
  for (const signal of signals) process.off(signal, quit)
  if (session) console.log(styleText('dim', 'Nothing of the exercise is left running.'))
  return exitCode
}

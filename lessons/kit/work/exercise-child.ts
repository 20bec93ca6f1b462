/**
 * The app of an exercise as a process: `bun exercise-child.ts <lesson> <process>`. It is the lesson's process, with the
 * learner's module in the place of the lesson's.
 */
import { type LessonProcess, lessons } from '../../index'
import { explain } from '../check/explain'
import { load, mustExport } from '../check/load'
import type { Problem } from '../check/messages'
import { findProcess, startProcess } from '../process'
import { folderOf } from '../workspace'

const [number = '', name = ''] = process.argv.slice(2)
const program = findProcess([number, name])
const lesson = lessons.find((candidate) => String(candidate.number) === number)
if (!program || !lesson) throw new TypeError(`Lesson ${number} has no process ${name}.`)

const folder = folderOf(lesson, 'exercise')
await startProcess({ ...program, load: loadOwn }, number)

/** What is wrong in the learner's files is said as the check says it. */
async function loadOwn(): ReturnType<LessonProcess['load']> {
  const wanted = { folder, file: `${name}.tsx`, lesson: Number(number) }
  try {
    const module = await load<Awaited<ReturnType<LessonProcess['load']>>>(wanted)
    mustExport({ module, ...wanted }, 'start', typeof module.start === 'function')
    return module
  } catch (error) {
    throw asError(explain(error, folder))
  }
}

/** Without the error itself: its place is in the sentence already. */
function asError({ sentence }: Problem): Error {
  return new Error(sentence)
}

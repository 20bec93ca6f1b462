/**
 * The app of an exercise as a process: `bun exercise-child.ts <lesson> <process>`. It is the lesson's process, with the
 * learner's module in the place of the lesson's.
 */
import { join } from 'node:path'

import { type LessonProcess, lessons } from '../../index'
import { findProcess, startProcess } from '../process'
import { folderOf } from '../workspace'

const [number = '', name = ''] = process.argv.slice(2)
const program = findProcess([number, name])
const lesson = lessons.find((candidate) => String(candidate.number) === number)
if (!program || !lesson) throw new TypeError(`Lesson ${number} has no process ${name}.`)

const module = join(folderOf(lesson, 'exercise'), `${name}.tsx`)
const load = () => import(module) as ReturnType<LessonProcess['load']>
await startProcess({ ...program, load }, number)

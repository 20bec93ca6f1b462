/**
 * Runs a lesson: starts its processes one after another, prints what they print under their names, and stops them
 * together, whatever ends the lesson.
 */
import { styleText } from 'node:util'

import type { Lesson, LessonProcess } from '../index'
import { LessonChild } from './child'
import { whenOutputFails } from './output'
import { lessonCommandLine } from './program'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds. `bun run` passes a Ctrl-C on to a program that has it from the terminal already: that is one, not two. */
const echo = 300

/** Resolves with the exit code when the lesson is over and none of its processes is left. */
export async function runLesson(lesson: Lesson): Promise<number> {
  const children: LessonChild[] = []
  const { promise: end, resolve: endWith } = Promise.withResolvers<
    NodeJS.Signals | LessonChild | Error
  >()
  let hasEnded = false
  let signalledAt = -Infinity
  const onSignal = (signal: NodeJS.Signals) => {
    if (performance.now() - signalledAt < echo) return
    signalledAt = performance.now()
    if (signal === 'SIGINT') console.log() // behind the ^C that a terminal shows
    if (hasEnded) for (const child of children) child.kill()
    hasEnded = true
    endWith(signal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  whenOutputFails((sentence) => {
    hasEnded = true
    endWith(new Error(sentence))
  })

  introduce(lesson)
  const width = Math.max(...lesson.processes.map(({ name }) => name.length))
  const start = async (place: number, program: LessonProcess): Promise<void> => {
    const { name, isRestarted } = program
    const child = new LessonChild(name, name.padEnd(width), [String(lesson.number), name], {
      LESSON_COMMAND: lessonCommandLine(lesson.number),
    })
    children[place] = child
    void child.ended.then(() => {
      if (isRestarted && child.signal === 'SIGKILL' && !hasEnded) {
        console.log(`${name} was killed (SIGKILL). It is started again.`)
        void start(place, program)
      } else {
        hasEnded = true
        endWith(child)
      }
    })
    await Promise.race([child.ready, end])
  }
  for (const [place, program] of lesson.processes.entries()) {
    if (!hasEnded) await start(place, program)
  }
  if (!hasEnded) invite(lesson.processes)

  const cause = await end
  const isEarly = typeof cause !== 'string'
  // The last one started uses the others: it goes first, and finishes its tasks while they still answer.
  for (const child of children.toReversed()) await child.stop(isEarly ? 'SIGTERM' : cause)
  for (const signal of signals) process.off(signal, onSignal)

  if (isEarly) console.error(`\n${sayWhy(cause)}\nNothing of the lesson is left running.`)
  return !isEarly && children.every((child) => child.hasStoppedWell) ? 0 : 1
}

function introduce({ number, title, prediction: { question, options } }: Lesson): void {
  console.log(styleText('bold', `Lesson ${number}: ${title}`))
  console.log(`Predict: ${question}`)
  for (const option of options) console.log(`- ${option}`)
  console.log()
}

function invite(processes: readonly LessonProcess[]): void {
  console.log('\nOpen')
  for (const { page, variable, port } of processes.toReversed())
    if (page && variable)
      console.log(
        `  ${styleText('bold', `http://127.0.0.1:${Bun.env[variable] ?? port}`)}  ${page}`,
      )
  console.log('and keep an eye on this terminal. Ctrl-C stops everything.\n')
}

function sayWhy(cause: LessonChild | Error): string {
  if (cause instanceof Error) return cause.message
  const { name, lastError, exitCode, signal } = cause
  if (signal !== null) return `${name} was killed (${signal}).`
  const lastWords = lastError ? `: ${lastError}` : ' and did not say why.'
  return `${name} ended with exit code ${exitCode}${lastWords}`
}

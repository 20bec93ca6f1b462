/**
 * One program of a lesson as a process of its own. It is started by the runner, tells it when it listens, and does not
 * outlive it: the channel between the two closes however the runner ends, kill -9 included.
 */
import { lessons } from '../index'

/** For the runner only: people type the verbs of the command line. */
export const processVerb = 'process'

/** Starts the program that the runner names: a lesson's number and the name of the process. */
export async function startProcess([number, name]: string[]): Promise<void> {
  const lesson = lessons.find((candidate) => String(candidate.number) === number)
  const program = lesson?.processes.find((candidate) => candidate.name === name)
  if (!program) throw new TypeError(`Lesson ${number} has no process ${Bun.inspect(name)}.`)
  process.on('disconnect', () => process.exit(1))
  const { start } = await program.load()
  await start()
  process.send?.('ready')
}

/** What the library prints when nobody has said where else to put it. */
import type { BackgroundTask } from './task'

/** What became of the tasks that a drain found. */
export type DrainReport = {
  finished: BackgroundTask[]
  aborted: BackgroundTask[]
  neverStarted: BackgroundTask[]
}

/** Prints what a drain had to give up, by name and arguments. True if that was nothing. */
export function logUnfinished({ aborted, neverStarted }: DrainReport): boolean {
  for (const task of aborted) console.error(`Not finished: ${call(task)}`)
  for (const task of neverStarted) console.error(`Never started: ${call(task)}`)
  return aborted.length + neverStarted.length === 0
}

/** A task as it would be called, on one line. */
function call({ name, args }: BackgroundTask): string {
  const line = args.map(print).join(', ').replaceAll(/\s+/g, ' ')
  return `${name}(${line.length > longestLine ? `${line.slice(0, longestLine)}…` : line})`
}

function print(argument: unknown): string {
  try {
    return Bun.inspect(argument, { compact: true, depth: 2 })
  } catch {
    return '?' // its inspection threw
  }
}

const longestLine = 200

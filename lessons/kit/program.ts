/** This program, as a command: from source it is Bun with a file, compiled it is itself. */
import { join } from 'node:path'

/** Where it runs. Bun looks there for the tsconfig that says what JSX is; a compiled program needs none. */
export const home = Bun.isStandaloneExecutable ? process.cwd() : join(import.meta.dir, '../..')

/** The command line that starts this same program with other arguments. */
export function thisProgram(...args: string[]): string[] {
  return Bun.isStandaloneExecutable
    ? [process.execPath, ...args]
    : [process.execPath, Bun.main, ...args]
}

/** What a person types to run a lesson. */
export function lessonCommandLine(number?: number): string {
  const command = Bun.isStandaloneExecutable ? './kit lesson' : 'bun run lesson'
  return number === undefined ? command : `${command} ${number}`
}

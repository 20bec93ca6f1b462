/** This program, as a command: from source it is Bun with a file, compiled it is itself. */
import { join } from 'node:path'

/** Where it runs. Bun looks there for the tsconfig that says what JSX is; a compiled program needs none. */
export const home = Bun.isStandaloneExecutable ? process.cwd() : join(import.meta.dir, '../..')

/** The command line that starts this same program with other arguments. */
export function thisProgram(...args: string[]): string[] {
  return Bun.isStandaloneExecutable
    ? [process.execPath, ...args]
    : [process.execPath, join(import.meta.dir, 'kit.ts'), ...args]
}

/** What a person types to run a lesson. */
export function lessonCommandLine(number: number): string {
  // As it was called: ./kit, dist/kit or, on the PATH, kit.
  const command = Bun.isStandaloneExecutable ? `${process.argv0} lesson` : 'bun run lesson'
  return `${command} ${number}`
}

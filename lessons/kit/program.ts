/** This program, as a command: from source it is Bun with a file, compiled it is itself. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Bun as a person calls it: one that npx has fetched, into a folder of its own, is no command anywhere else. */
const bun = /[\\/]_npx[\\/]/.test(process.execPath) ? `npx bun@${Bun.version}` : 'bun'
const script = `${bun} run kit`

/** Where it runs. Bun looks there for the tsconfig that says what JSX is; a compiled program needs none. */
export const home = Bun.isStandaloneExecutable ? process.cwd() : join(import.meta.dir, '../..')

/** The command line that starts this same program with other arguments. */
export function thisProgram(...args: string[]): string[] {
  return Bun.isStandaloneExecutable
    ? [process.execPath, ...args]
    : [process.execPath, join(import.meta.dir, 'kit.ts'), ...args]
}

/**
 * What stands before a verb. A compiled program is called as it was: ./kit, dist/kit or, on the PATH, kit; in a workspace
 * that it has written, it says how it was called itself.
 */
export const programName = Bun.isStandaloneExecutable ? process.argv0 : sourceName()

/** What a person types. */
export function commandLine(verb: string, ...args: (string | number)[]): string {
  const isScript = verb === 'lesson' && programName === script
  return [isScript ? `${bun} run` : programName, verb, ...args].join(' ')
}

/** What a person types to run a lesson. */
export function lessonCommandLine(number: number): string {
  return commandLine('lesson', number)
}

function sourceName(): string {
  const isEjected = existsSync(join(home, '.kit/manifest.json'))
  return isEjected ? (Bun.env.KIT_COMMAND ?? './kit') : script
}

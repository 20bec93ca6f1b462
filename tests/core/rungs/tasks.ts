import { appendFileSync } from 'node:fs'

/** Holds the thread that runs it for so many milliseconds, and says in a file when that begins and ends. */
export function block(file: string, milliseconds: number): void {
  appendFileSync(file, 'began\n')
  Bun.sleepSync(milliseconds)
  appendFileSync(file, 'ended\n')
}

/** Ends whatever runs it. */
export function crash(file: string): void {
  appendFileSync(file, 'began\n')
  process.exit(3)
}

/** When it ran, on a clock that all processes of this machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

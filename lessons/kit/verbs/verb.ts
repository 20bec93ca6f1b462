/** What every verb has: a name, a sentence for the help, and an action that resolves with the exit code. */
import type { Command } from 'commander'

/** Adds itself to the command line. */
export type Verb = (kit: Command) => void

/** An action for commander, which knows no exit codes. */
export function exits<Args extends unknown[]>(
  action: (...args: Args) => number | Promise<number>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    process.exitCode = await action(...args)
  }
}

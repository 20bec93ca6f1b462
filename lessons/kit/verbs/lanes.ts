import type { Command } from 'commander'

/** Adds the two options; with neither of them, requests are drawn in a terminal and not in a file. */
export function withLanes(command: Command): Command {
  return command
    .option('--lanes', 'draw each request with its tasks, even if the output is a file')
    .option('--no-lanes', 'draw none')
}

export type LanesOption = { lanes?: boolean }

/** Starts a program of a check in a process of its own, for exercises that may end the one they run in. */
import { join } from 'node:path'

import { home } from '../program'
import { inspectedApart } from './endless'
import { slowness } from './slowness'

/** In whole milliseconds, less than a check has. Only what a learner has broken takes as long. */
export function patience(): number {
  return Math.round(10_000 * slowness())
}

type Apart = {
  /** What the program gets from `optionsApart()`. */
  options: object
  /** What it tells with `process.send` comes here. */
  hear(this: void, message: unknown): void
  env?: Record<string, string>
}

/** Starts a program of this folder. It does not outlive us, nor its time. */
export function startApart(program: string, { options, hear, env }: Apart) {
  return Bun.spawn(
    [
      process.execPath,
      '--no-orphans',
      ...inspectedApart(),
      join(import.meta.dir, program),
      JSON.stringify(options),
    ],
    {
      cwd: home,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'ignore'],
      ipc: hear,
      timeout: patience(),
      killSignal: 'SIGKILL',
    },
  )
}

/** For the program itself. */
export function optionsApart(): unknown {
  process.on('disconnect', () => process.exit(1))
  return JSON.parse(process.argv[2] ?? '{}')
}

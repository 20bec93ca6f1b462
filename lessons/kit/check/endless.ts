/**
 * Finds the line of a loop that never ends. A process that is in such a loop cannot be asked where it is: so the check
 * runs once more, in a debugger, beside the one that hangs.
 */
import { join } from 'node:path'

import type { Place } from '../lanes/events'
import { Debugger } from './debugger'
import { TemporaryFolder } from './temporary-folder'

/** Milliseconds from the start. Before that, what takes long is that all of it is loaded. */
const earliest = 2_500

/** How a program is started so that a debugger can look into it. It waits for that. */
export type Inspected = { flags: string[]; env: Record<string, string> }

/** Names the socket for the process that a check starts, if it starts one. */
const variable = 'INSPECT_APART'

export class EndlessSearch implements AsyncDisposable {
  private readonly sockets = new TemporaryFolder()
  private readonly debuggers: Debugger[] = []
  private readonly check: Bun.Subprocess
  private readonly beganAt = performance.now()

  constructor(
    folder: string,
    start: (inspected: Inspected) => Bun.Subprocess,
    private readonly patience: number,
  ) {
    const [here, apart] = ['check', 'apart'].map((name) => join(this.sockets.path, name))
    this.debuggers = [here, apart].map((path = '') => new Debugger(path, folder))
    this.check = start({ flags: [flagFor(here ?? '')], env: { [variable]: apart ?? '' } })
  }

  /** Resolves with the line within `patience` milliseconds of the start, if it is a loop in which the check hangs. */
  async line(): Promise<Place | undefined> {
    await Bun.sleep(Math.max(0, this.beganAt + earliest - performance.now()))
    do {
      const places = await Promise.all(this.debuggers.map((each) => each.endlessLine()))
      const place = places.find((one) => one !== undefined)
      if (place) return place
      await Bun.sleep(200)
    } while (performance.now() < this.beganAt + this.patience)
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.check.kill('SIGKILL')
    await this.check.exited
    for (const each of this.debuggers) each[Symbol.dispose]()
    this.sockets[Symbol.dispose]()
  }
}

/** For the process that a check starts: what stands behind `bun`, if somebody wants to look into it. */
export function inspectedApart(): string[] {
  const path = Bun.env[variable]
  // Of several, the first: where that one hangs, there is no second.
  delete Bun.env[variable]
  return path ? [flagFor(path)] : []
}

function flagFor(path: string): string {
  return `--inspect-wait=ws+unix://${path}`
}

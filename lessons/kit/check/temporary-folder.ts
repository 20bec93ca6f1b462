import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one run, closed to others and gone with it. */
export class TemporaryFolder implements Disposable {
  readonly path: string

  constructor() {
    const place = quickestPlace()
    clean(place)
    this.path = mkdtempSync(join(place, `exercise-${process.pid}-`))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** In memory where there is such a place, as on Linux: what a killed process has written stays, and no disk is awaited. */
function quickestPlace(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

/** A check that is killed, as at each save, leaves its folders behind: the next one removes them. */
function clean(place: string): void {
  for (const name of readdirSync(place)) {
    const [, pid] = /^exercise-(\d+)-/.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      rmSync(join(place, name), { recursive: true, force: true })
    } catch {
      // It is somebody else's.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user is there, but not ours to ask.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * The file of the embedded engine belongs to one process. A second one that opened it would see no job and say
 * nothing, so it is turned away aloud. The lock is SQLite's own, on a file beside it: the operating system lets go of
 * it when the process ends, however it ends, and it works where flock does not.
 *
 * Other programs may still lock the file itself, and SQLite would wait for them with the event loop standing still.
 * So this is also a door, which is looked at before every write.
 */
import { Database } from 'bun:sqlite'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { BackgroundError } from '../errors'
import { codeOf } from './engine'

/** The file of the embedded engine belongs to another process (or another thread). */
export class QueueFileInUseError extends BackgroundError {
  override name = 'QueueFileInUseError'

  constructor(
    readonly file: string,
    readonly pid: number | undefined,
  ) {
    super(
      `${file} is in use by ${pid === process.pid ? 'another thread of this process' : `process ${pid ?? '(unknown)'}`}. ` +
        'The embedded queue belongs to one process, which both adds and consumes. ' +
        'Stop that one, name another file, or set REDIS_URL to share a queue between processes.',
    )
  }
}

/** Between two looks at a locked file, in milliseconds. */
const pause = 20

let held: QueueFile | undefined

/** Takes the file for this process, or throws. Whoever takes it lets go of it; `whenFree` is called after the last. */
export function holdFile(file: string, whenFree: () => void): QueueFile {
  const path = resolve(file)
  if (held && held.path !== path)
    throw new TypeError(
      `The embedded queue has one file per process, and it is ${held.path}, not ${path}. Put both queues in one file: they are told apart by name.`,
    )
  held ??= new QueueFile(path, whenFree)
  held.users++
  return held
}

export class QueueFile {
  users = 0
  trouble: unknown = undefined
  /** Whether the engine has found the disk full. */
  isFull = () => false
  private readonly lock: Database
  private readonly probe: Database
  private opening: Promise<void> | undefined = undefined

  constructor(
    readonly path: string,
    private readonly whenFree: () => void,
  ) {
    mkdirSync(dirname(path), { recursive: true })
    this.lock = lock(path)
    try {
      this.probe = new Database(path, { create: true })
      this.probe.run('PRAGMA busy_timeout = 0')
    } catch (error) {
      this.lock.close()
      throw error
    }
  }

  /** Whether this process may write now. */
  get isOpen(): boolean {
    try {
      this.probe.run('BEGIN IMMEDIATE')
      // A full disk says so when something is written: here, what is there already.
      if (this.isFull()) this.probe.run(`PRAGMA user_version = ${this.version()}`)
      this.probe.run('COMMIT')
      return true
    } catch (error) {
      if (this.probe.inTransaction) this.probe.run('ROLLBACK')
      this.trouble = error
      return false
    }
  }

  /** Resolves when it may. */
  opens(): Promise<void> {
    const look = async () => {
      while (held === this && !this.isOpen) await Bun.sleep(pause)
      this.opening = undefined
    }
    this.opening ??= look()
    return this.opening
  }

  /** Lets go of it; what is said twice counts once. */
  release(): void {
    if (--this.users > 0) return
    this.whenFree()
    this.probe.close()
    this.lock.close()
    held = undefined
  }

  private version(): number {
    const row = this.probe.query<{ user_version: number }, []>('PRAGMA user_version').get()
    return row?.user_version ?? 0
  }
}

function lock(path: string): Database {
  const database = new Database(`${path}.lock`, { create: true })
  try {
    database.run('PRAGMA busy_timeout = 0')
    // A transaction that writes nothing, not even a journal: a full disk does not keep it from being taken.
    database.run('PRAGMA journal_mode = MEMORY')
    database.run('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (codeOf(error) === 'SQLITE_BUSY') throw new QueueFileInUseError(path, ownerOf(path))
    throw error
  }
  try {
    writeFileSync(`${path}.pid`, `${process.pid}\n`)
  } catch {
    // It only makes a message better.
  }
  return database
}

/** Not in the lock's own file: to close that here would end this process's lock on it, if another thread has it. */
function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(`${path}.pid`, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

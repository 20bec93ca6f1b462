/**
 * The file of the embedded engine belongs to one process. A second one that opened it would see no job and say
 * nothing, so it is turned away aloud. The lock is SQLite's own, on a file beside it: the operating system lets go of
 * it when the process ends, however it ends, and it works where flock does not.
 *
 * Other programs may still lock the file itself, and bunqueue would wait for them with the event loop standing still.
 * So the file is also a door, at which a write waits with the event loop turning.
 */
import { Database } from 'bun:sqlite'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'

import { codeOf, QueueFileInUseError } from './errors'
import { Queue, QueueManager, shutdownManager } from './packages-file'

/** How long a write that found the file locked all the same may hold up the event loop, in milliseconds. */
const longestWait = 2

/** More than a job leaves when it ends, in bytes. */
const roomForAnEnd = 100_000

let held: QueueFile | undefined

/** Takes the file for this process, or throws. Whoever takes it has to release it. */
export function holdFile(file: string): QueueFile {
  const path = realPath(file)
  if (held && held.path !== path)
    throw new TypeError(
      `The embedded queue has one file per process, and it is ${held.path}, not ${path}. Put both queues in one file: they are told apart by name.`,
    )
  held ??= new QueueFile(path)
  held.users++
  return held
}

export class QueueFile {
  users = 0
  /** Why it cannot be written to, if it cannot. */
  trouble: unknown = undefined
  private readonly lock: Database
  private readonly probe: Database
  private manager: QueueManager | undefined = undefined

  constructor(readonly path: string) {
    using undo = new DisposableStack()
    this.lock = undo.adopt(lockBeside(path), (database) => database.close())
    this.probe = new Database(path, { create: true })
    this.probe.run('PRAGMA busy_timeout = 0')
    undo.move()
  }

  /** Whether this process may write now. */
  get isOpen(): boolean {
    try {
      this.probe.run('BEGIN IMMEDIATE')
      // Only what is written shows whether a full disk has room again: here, what is there already.
      if (this.manager?.getStorageStatus().diskFull)
        this.probe.run(`PRAGMA user_version = ${this.version}`)
      this.probe.run('COMMIT')
      return true
    } catch (error) {
      if (this.probe.inTransaction) this.probe.run('ROLLBACK')
      this.trouble = error
      return false
    }
  }

  /** Whether a job may end now. That there is no room, SQLite says in the middle of that, when it is too late. */
  get takesEnds(): boolean {
    if (freeBytes(this.path) >= roomForAnEnd) return this.isOpen
    this.trouble = new Error('The disk is full.')
    return false
  }

  private get version(): number {
    const row = this.probe.query<{ user_version: number }, []>('PRAGMA user_version').get()
    return row?.user_version ?? 0
  }

  /** Lets bunqueue open it. Throws what SQLite throws. */
  load(): void {
    if (this.manager) return
    this.manager = managerOf(new Queue('', { embedded: true, dataPath: this.path }))
    const storage: unknown = this.manager && Reflect.get(this.manager, 'storage')
    if (typeof storage !== 'object' || storage === null || !('db' in storage)) return
    if (storage.db instanceof Database) storage.db.run(`PRAGMA busy_timeout = ${longestWait}`)
  }

  release(): void {
    if (--this.users > 0) return
    shutdownManager()
    this.probe.close()
    this.lock.close()
    held = undefined
  }
}

/** bunqueue keeps its manager to itself. So it is asked for something, and the manager seen when it answers. */
function managerOf(queue: Queue): QueueManager | undefined {
  const seen: QueueManager[] = []
  QueueManager.prototype.getJobIndex = function look() {
    seen.push(this)
    return new Map()
  }
  queue.getDlqConfig()
  // It stands before the one that is inherited.
  Reflect.deleteProperty(QueueManager.prototype, 'getJobIndex')
  return seen[0]
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return Infinity // nobody can tell
  }
}

/** What links lead to, so that the lock is the same by whatever name the file goes. For that, the file has to be there. */
function realPath(file: string): string {
  const path = resolve(file)
  mkdirSync(dirname(path), { recursive: true })
  // Only a new one: to close a file ends whatever locks SQLite has on it in this process.
  if (!existsSync(path)) closeSync(openSync(path, 'a'))
  return realpathSync(path)
}

function lockBeside(path: string): Database {
  const database = new Database(`${path}.lock`, { create: true })
  try {
    database.run('PRAGMA busy_timeout = 0')
    // A transaction that writes nothing, not even a journal: a full disk does not keep it from being taken.
    database.run('PRAGMA journal_mode = MEMORY')
    database.run('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw codeOf(error) === 'SQLITE_BUSY' ? new QueueFileInUseError(path, ownerOf(path)) : error
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

/**
 * The file of the embedded engine belongs to one process. A second one that opened it would see no job and say
 * nothing, so it is turned away aloud. The lock is SQLite's own, on a file beside it: the operating system lets go of
 * it when the process ends, however it ends, and it works where flock does not.
 */
import { Database } from 'bun:sqlite'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import { QueueFileInUseError } from './errors'

let held: { path: string; lock: Database; users: number } | undefined

/** Takes the file for this process, or throws. Whoever takes it lets go of it; `whenFree` is called after the last. */
export function holdFile(file: string, whenFree: () => void): { path: string } & Disposable {
  const path = resolve(file)
  if (held && held.path !== path)
    throw new TypeError(
      `The embedded queue has one file per process, and it is ${held.path}, not ${path}. Put both queues in one file: they are told apart by name.`,
    )
  held ??= { path, lock: lock(path), users: 0 }
  const holding = held
  holding.users++
  let isLetGo = false
  return {
    path,
    [Symbol.dispose]() {
      if (isLetGo) return
      isLetGo = true
      if (--holding.users > 0) return
      whenFree()
      holding.lock.close()
      held = undefined
    },
  }
}

function lock(path: string): Database {
  mkdirSync(dirname(path), { recursive: true })
  const database = new Database(`${path}.lock`, { create: true })
  try {
    database.run('PRAGMA busy_timeout = 0')
    // A transaction that writes nothing: there is nothing that a crash could leave half done.
    database.run('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      throw new QueueFileInUseError(path, ownerOf(path))
    throw error
  }
  writeFileSync(`${path}.pid`, `${process.pid}\n`)
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

/** The texts beside the lessons. A binary is given them when it is built. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** For each lesson's folder, what its hints.md and notes.md say. */
export function readTextsOfLessons(): Record<string, { hints: string; notes: string }> {
  const root = join(import.meta.dir, '..')
  const folders = readdirSync(root).filter((name) => /^\d\d-/.test(name))
  return Object.fromEntries(
    folders.map((folder) => [
      folder,
      { hints: read(join(root, folder, 'hints.md')), notes: read(join(root, folder, 'notes.md')) },
    ]),
  )
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

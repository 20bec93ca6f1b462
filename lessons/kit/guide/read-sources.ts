/** The files that the guide can show, by their paths from the root. A binary is given them when it is built. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '../../..')

/** Those of the lessons, and the library that their pages link to. */
const shown = [
  'core/**/*.ts',
  'lessons/mail-server.ts',
  'lessons/[0-9]*/*.{ts,tsx,js,html}',
  'lessons/[0-9]*/README.md',
]
const hidden = /\.test\.tsx?$|\.d\.ts$|node_modules/

export function readSources(): Record<string, string> {
  return Object.fromEntries(
    shown
      .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })])
      .filter((path) => !hidden.test(path))
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

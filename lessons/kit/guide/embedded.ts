/** Read while a program is bundled, and put into it: a binary has no source beside it. Import it as a macro only. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the guide can show, by its path from the root: the lessons' own files, and the library that their pages link to. */
export function readSources(): Record<string, string> {
  const root = join(import.meta.dir, '../../..')
  const shown = ['core/**/*.ts', 'lessons/[0-9]*/*.{ts,tsx,js,html}', 'lessons/[0-9]*/README.md']
  return Object.fromEntries(
    shown
      .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })])
      .filter((path) => !/\.test\.tsx?$|\.d\.ts$|node_modules/.test(path))
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

/** The texts that the guide shows: from source as they are on disk now, in a binary as they were when it was built. */
import { posix } from 'node:path'

import type { Lesson } from '../../index'
import { readSources } from './read-sources'

/** What `readSources` gave when the binary was built, as JSON: written into it by build.ts. */
declare const SOURCES: string | undefined

const embedded: Record<string, string> | undefined =
  typeof SOURCES === 'string' ? JSON.parse(SOURCES) : undefined

export type SourceFile = {
  /** From the root: lessons/03-ordered-tasks/app.tsx. */
  path: string
  /** From the lesson if it is one of its own, else from the root: app.tsx, core/tasks.ts. */
  name: string
  /** Its name in the page and in an address. */
  id: string
  text: string
}

export function sourceFile(path: string, name: string, text: string): SourceFile {
  return { path, name, id: idOf(name), text }
}

/** A name may be anything: what it is in an address has no spaces, no quotes and no tags. */
function idOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

/** A lesson's page, and its files: the app first, and last those of the library that the page links to. */
export type Texts = { readme: string; files: SourceFile[] }

export function textsOf({ slug }: Lesson): Texts {
  const texts = embedded ?? readSources()
  const folder = `lessons/${slug}/`
  const page = `${folder}README.md`
  const readme = texts[page] ?? ''
  const own = Object.keys(texts)
    .filter((path) => path.startsWith(folder) && path !== page)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  const linked = [...readme.matchAll(/\]\((\.[^)#]+)/g)]
    .map(([, href = '']) => posix.join(folder, href))
    .filter((path) => path in texts && !path.startsWith(folder))
  return {
    readme,
    files: [...own, ...new Set(linked)].map((path) =>
      sourceFile(path, path.replace(folder, ''), texts[path] ?? ''),
    ),
  }
}

const first = ['app.tsx', 'tasks.ts']

/** Where a file stands among others: the app is read first. */
export function rank(path: string): number {
  const place = first.indexOf(posix.basename(path))
  return place === -1 ? first.length : place
}

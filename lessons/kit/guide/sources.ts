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
  text: string
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
    files: [...own, ...new Set(linked)].map((path) => ({
      path,
      name: path.replace(folder, ''),
      text: texts[path] ?? '',
    })),
  }
}

const first = ['app.tsx', 'tasks.ts']

function rank(path: string): number {
  const place = first.indexOf(posix.basename(path))
  return place === -1 ? first.length : place
}

/** The texts that the guide shows: from source as they are on disk now, in a binary as they were when it was built. */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

import type { Lesson } from '../../index'
import { home } from '../program'
import { readSources } from './embedded' with { type: 'macro' }

const embedded: Record<string, string> = readSources()

export type SourceFile = {
  /** From the root: lessons/03-ordered-tasks/app.tsx. */
  path: string
  /** From the lesson if it is one of its own, else from the root: app.tsx, core/tasks.ts. */
  name: string
  text: string
}

export function readmeOf({ slug }: Lesson): string {
  return textOf(`lessons/${slug}/README.md`) ?? ''
}

/** The files of a lesson, the app first, and behind them those of the library that its page links to. */
export function sourcesOf(lesson: Lesson): SourceFile[] {
  const folder = `lessons/${lesson.slug}/`
  const own = Object.keys(embedded).filter(
    (path) => path.startsWith(folder) && !path.endsWith('README.md'),
  )
  const links = [...readmeOf(lesson).matchAll(/\]\((\.[^)#]+)/g)]
    .map(([, href = '']) => posix.join(folder, href))
    .filter((path) => path in embedded && !path.startsWith(folder))
  return [...own.sort(byImportance), ...new Set(links)].flatMap((path) => {
    const text = textOf(path)
    return text === undefined ? [] : [{ path, name: path.replace(folder, ''), text }]
  })
}

function textOf(path: string): string | undefined {
  if (Bun.isStandaloneExecutable) return embedded[path]
  try {
    return readFileSync(join(home, path), 'utf8')
  } catch {
    return undefined // renamed or removed since the program started
  }
}

function byImportance(a: string, b: string): number {
  return rank(a) - rank(b) || a.localeCompare(b)
}

function rank(path: string): number {
  const place = ['app.tsx', 'tasks.ts'].indexOf(posix.basename(path))
  return place === -1 ? 2 : place
}

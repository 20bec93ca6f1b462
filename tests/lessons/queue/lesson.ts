/** Lesson 5 as its tests have it: with a folder of its own for what it keeps, and what a visitor reads and presses. */
import { Database } from 'bun:sqlite'
import { afterEach, beforeEach } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { startLesson } from '../../support/program'
import { until } from '../../support/until'

export type Lesson = Awaited<ReturnType<typeof startLesson>>

/** What a lesson is started with: new for each test. */
export const env: Record<string, string> = {}

/** Gives each test of a file a folder, which is gone afterwards. */
export function useFolder(): { path: string } {
  const folder = { path: '' }
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'lesson-5-'))
    const QUEUE_FILE = join(folder.path, 'queue.sqlite')
    Object.assign(env, { QUEUE_FILE, REDIS_URL: '', MAIL_TAKES: '200' })
  })
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }))
  return folder
}

export type Counts = Record<'taken' | 'toDo' | 'done' | 'dead' | 'lost' | 'twice', number>

export const nothing: Counts = { taken: 0, toDo: 0, done: 0, dead: 0, lost: 0, twice: 0 }

/** The numbers on the page. */
export async function counts(lesson: Lesson): Promise<{ welcome: Counts; note: Counts }> {
  const rows = (await state(lesson)).matchAll(/<th scope="row">.*?<\/th>(.*?)<\/tr>/g)
  const [welcome, note] = [...rows].map(([, cells = '']) => {
    const numbers = [...cells.matchAll(/<td[^>]*>(\d+)</g)].map(([, number]) => Number(number))
    const [taken = 0, toDo = 0, done = 0, dead = 0, lost = 0, twice = 0] = numbers
    return { taken, toDo, done, dead, lost, twice }
  })
  if (!welcome || !note) throw new Error('The page has no numbers.')
  return { welcome, note }
}

/** The numbers, when all welcome mails are sent and every note is sent or lost. */
export function allDone(lesson: Lesson, mailsTaken: number) {
  const ask = async () => {
    // Meanwhile the program may be away.
    const now = await counts(lesson).catch(() => undefined)
    if (!now || now.welcome.done < mailsTaken) return undefined
    return now.note.done + now.note.lost < now.note.taken ? undefined : now
  }
  return until(`${mailsTaken} mails are sent`, ask, 30_000)
}

export function mails(kind: 'welcome' | 'note'): string[] {
  return outbox<{ email: string }>(
    `SELECT email FROM mails WHERE kind = '${kind}' AND sent IS NOT NULL ORDER BY email`,
  ).map(({ email }) => email)
}

export function outbox<Row>(query: string): Row[] {
  const name = env.REDIS_URL ? 'redis-outbox' : 'outbox'
  using db = new Database(`${env.QUEUE_FILE}.${name}`)
  return db.query<Row, []>(query).all()
}

export function signUp(lesson: Lesson, username: string, email: string): Promise<Response> {
  return fetch(`${lesson.address}/signup`, {
    method: 'POST',
    body: new URLSearchParams({ username, email }),
  })
}

/** What a button answers. */
export async function press({ address }: Lesson, path: string): Promise<string> {
  return (await fetch(address + path, { method: 'POST' })).text()
}

export function state({ address }: Lesson): Promise<string> {
  return text(`${address}/state`)
}

export async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

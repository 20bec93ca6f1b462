/** What the instructor's page and notes promise: minutes that add up, and links and commands that lead somewhere. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { lessons } from '../../lessons'

const root = join(import.meta.dir, '../../lessons')
const page = await Bun.file(join(root, 'README.md')).text()
const rows = [...page.matchAll(/^\| (\d+):(\d+) +\| (\d+) +\| (.*?) +\|$/gm)].map(
  ([, hour, minute, minutes, what = '']) => ({
    begins: Number(hour) * 60 + Number(minute),
    minutes: Number(minutes),
    what,
  }),
)

test('the timetable has no gap, and takes three and a half hours', () => {
  const ends = rows.map(({ begins, minutes }) => begins + minutes)

  expect(rows.slice(1).map(({ begins }) => begins)).toEqual(ends.slice(0, -1))
  expect(ends.at(-1)! - rows[0]!.begins).toBe(210)
})

describe.each(lessons)('lesson $number', ({ number, title, slug, minutes }) => {
  const parts = (text: string) =>
    [...text.matchAll(/\b(\d+) (?:to|for)\b/g)].map(([, n]) => Number(n))
  const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0)

  test('takes as long in the timetable as in the manifest', () => {
    const row = rows.find(({ what }) => what.startsWith(`[${number}. ${title}](${slug}/notes.md)`))

    expect(row?.minutes).toBe(minutes)
    expect(parts(row?.what ?? '')).toHaveLength(3)
    expect(sum(parts(row?.what ?? ''))).toBe(minutes)
  })

  test('has notes that begin with the same minutes', async () => {
    const notes = await Bun.file(join(root, slug, 'notes.md')).text()
    const [first = ''] = notes.split('\n').slice(2)
    const row = rows.find(({ what }) => what.includes(`${slug}/notes.md`))

    expect(first).toStartWith(`${minutes} minutes: `)
    expect(parts(first)).toEqual(parts(row?.what ?? ''))
  })
})

test('its links and the pages behind them are there', async () => {
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path)

  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('no word in it belittles', () => {
  expect(page).not.toMatch(/\b(simply|just|easy|easily|obviously)\b/i)
})

/** The words of the kit: none that belittles, and none of the trade that is not explained where it first stands. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '../..')
const read = (path: string) => Bun.file(join(root, path)).text()
const files = [
  'README.md',
  'CONTRIBUTING.md',
  // Licences are as others wrote them.
  ...[...new Bun.Glob('lessons/**/*.{css,html,js,md,ts,tsx}').scanSync(root)].sort(),
]

/** Who does not find it so is told that something is wrong with them. */
const belittling = /\b(simply|just|easy|easily|obviously)\b/i

/** A word, and what its explanation says of it. */
const explained = {
  broker: /keep|kept/,
  'dead letter': /failed/,
  lostAfter: /silen|heard of/,
  poison: /kill|takes .* down|crash/,
}

test('no word belittles: not in lessons, not on the front page', async () => {
  const found: string[] = []
  for (const file of files)
    for (const [index, line] of (await read(file)).split('\n').entries())
      if (belittling.test(line)) found.push(`${file}:${index + 1}: ${line.trim()}`)

  expect(files.length).toBeGreaterThan(60)
  expect(found).toEqual([])
})

test('a word of the trade is explained in the line where a page to read has it first', async () => {
  const unexplained: string[] = []
  for (const file of files.filter((path) => path.endsWith('.md') && !path.includes('/wrong/')))
    for (const [word, explanation] of Object.entries(explained)) {
      const first = (await read(file))
        .split('\n')
        .find((line) => line.toLowerCase().includes(word.toLowerCase()))
      if (first !== undefined && !explanation.test(first))
        unexplained.push(`${file}, ${word}: ${first}`)
    }

  expect(unexplained).toEqual([])
})

test('the front page asks what a lesson is about, and leaves the answer to it', async () => {
  const rows = (await read('README.md')).match(/^\| \d\. .*$/gm) ?? []

  expect(rows.length).toBeGreaterThanOrEqual(5)
  expect(rows.filter((row) => !/\? +\|$/.test(row))).toEqual([])
})

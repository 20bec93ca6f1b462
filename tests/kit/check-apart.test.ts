/** Lessons 4 and 5 run a learner's code in processes of their own. A mistake in it still ends as one sentence, with its place. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

import { runCheck } from '../../lessons/kit/check/check'
import { TemporaryFolder } from '../../lessons/kit/check/temporary-folder'
import { childrenOf } from '../support/processes'

setDefaultTimeout(30_000)

const root = join(import.meta.dir, '../..')
mkdirSync(join(root, 'dist'), { recursive: true })
// Below the packages, which the exercise imports.
const folder = mkdtempSync(join(root, 'dist/mistakes-apart-'))
const name = relative(root, folder)
afterAll(() => rmSync(folder, { recursive: true }))

/** [what, file, line of the solution, what stands there instead, what is said of it] */
type Mistake = [string, string, string, string, RegExp]

describe('a check of lesson 4 with', () => {
  test.each<Mistake>([
    [
      'a name that is wrong',
      'app.tsx',
      'results.set(limit, `${primes} primes`)',
      'resuls.set(limit, `${primes} primes`)',
      /ends with an error: ReferenceError: resuls is not defined\.$/,
    ],
    [
      'a handler that throws',
      'app.tsx',
      "results.set(limit, 'counting')",
      "throw new Error('oh')",
      /ends with an error: oh\.$/,
    ],
    [
      'an exit at import',
      'app.tsx',
      'const results = new Map<number, string>()',
      'const results = new Map<number, string>(process.exit(2))',
      /ends the process, with exit code 2\./,
    ],
  ])('%s says where that is', (_, file, line, instead, sentence) =>
    saysWhere(4, '04-workers', [file, line, instead, sentence]),
  )

  test('no task at all says that nothing was added', async () => {
    await write('04-workers', 'app.tsx', 'backgroundTasks.addTask(count, limit)', 'void limit')

    const { broken } = await runCheck(4, folder)

    expect(broken?.sentence).toBe('The press was answered, and no task has run: nothing was added.')
  })
})

describe('a check of lesson 5 with', () => {
  test.each<Mistake>([
    [
      'a function that is not there',
      'tasks.ts',
      'shop.remember(order)',
      'shop.rember(order)',
      /ends with an error: TypeError: shop\.rember is not a function\./,
    ],
    [
      'a handler that throws',
      'app.tsx',
      'await jobs.awardPoints(order, customer, points)',
      "throw new Error('oh')",
      /ends with an error: oh\.$/,
    ],
  ])('%s says where that is', (_, file, line, instead, sentence) =>
    saysWhere(5, '05-queue', [file, line, instead, sentence]),
  )

  test('a job that never ends is cut off, and leaves nothing behind', async () => {
    await write('05-queue', 'tasks.ts', 'await printReceipt(order)', 'await new Promise(() => {})')

    const { broken } = await runCheck(5, folder)

    expect(broken?.sentence).toMatch(/^A job did not come to an end within [1-4]\d s/)
    expect(childrenOf(process.pid)).toEqual([])
  })
})

test.each([
  [4, '04-workers', 'app.tsx', 'results.set(limit, `${primes} primes`)'],
  [5, '05-queue', 'tasks.ts', 'shop.remember(order)'],
])('a loop without an end in lesson %p says where it is', async (lesson, slug, file, line) => {
  await write(slug, file, line, 'while (limitless()) {}')
  const path = join(folder, file)
  await Bun.write(path, `${await Bun.file(path).text()}\nconst limitless = () => 1 < 2\n`)

  const { broken } = await runCheck(lesson, folder)

  expect(broken?.sentence).toStartWith(`${name}/${file}:${broken?.place?.line} is in a loop`)
  const text = await Bun.file(path).text()
  expect(text.split('\n')[(broken?.place?.line ?? 0) - 1]).toContain('while (limitless())')
  expect(childrenOf(process.pid)).toEqual([])
})

async function saysWhere(
  lesson: number,
  slug: string,
  [file, line, instead, sentence]: [string, string, string, RegExp],
): Promise<void> {
  await write(slug, file, line, instead)

  const { broken, passed } = await runCheck(lesson, folder)

  expect(broken?.sentence).toStartWith(`${name}/${file}:`)
  expect(broken?.sentence).toMatch(sentence)
  expect(broken?.sentence).not.toMatch(/\n|\bat \//)
  const text = await Bun.file(join(folder, file)).text()
  expect(text.split('\n')[(broken?.place?.line ?? 0) - 1]).toContain(instead)
  expect(passed).toEqual([])
}

/** The solution, with something else in the place of `line`. */
async function write(slug: string, file: string, line: string, instead: string): Promise<void> {
  const solution = join(root, 'lessons', slug, 'solution')
  for (const each of readdirSync(solution)) {
    const text = (await Bun.file(join(solution, each)).text()).replaceAll(
      /'(\.\.\/[\w./]*)'/g,
      (_, path: string) => `'${join(solution, path)}'`,
    )
    if (each === file) expect(text).toContain(line)
    await Bun.write(join(folder, each), each === file ? text.replace(line, () => instead) : text)
  }
}

test('what a killed check leaves behind is removed by the next one, and nothing else', () => {
  using place = new TemporaryFolder()
  const beside = join(place.path, '..')
  const gone = mkdtempSync(join(beside, 'exercise-4194305-')) // past the last pid
  const other = mkdtempSync(join(beside, 'exercises-'))

  using next = new TemporaryFolder()

  expect([place.path, gone, other, next.path].map((path) => existsSync(path))).toEqual([
    true,
    false,
    true,
    true,
  ])
  rmSync(other, { recursive: true })
})

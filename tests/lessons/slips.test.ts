/** Answers that are a few letters away from a solution: what a check says of each, or that it passes it. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { runCheck } from '../../lessons/kit/check/check'

setDefaultTimeout(30_000)

/** [what, file, text of the solution, what stands there instead, what is said, '' where it passes] */
type Slip = [string, string, string, string, string]

const slips: Record<number, Slip[]> = {
  1: [
    [
      'an argument that is forgotten',
      'app.tsx',
      'addTask(counter, 4)',
      'addTask(counter)',
      'A task has run, and nothing was counted. What a function is called with stands behind it: addTask(fn, 1, 2).',
    ],
    [
      'one number too many',
      'app.tsx',
      'addTask(counter, 4)',
      'addTask(counter, 5)',
      'The terminal shows 0 1 2 3 4 done, not 0 1 2 3 done.',
    ],
    [
      'a task that throws when its work is done',
      'app.tsx',
      "console.log('done')",
      "console.log('done')\n  throw new Error('oh')",
      'app.tsx:15 ends with an error: oh.',
    ],
    [
      'an await before addTask',
      'app.tsx',
      'backgroundTasks.addTask',
      'await backgroundTasks.addTask',
      '',
    ],
  ],
  2: [
    [
      'a check of one status',
      'tasks.ts',
      '!response.ok',
      'response.status === 500',
      'and the row says done. Nothing was caught: fetch does not throw at such a status.',
    ],
    [
      'an error in the place of its words',
      'tasks.ts',
      'String(error)',
      'error as string',
      'tasks.ts:21 ends with an error: TypeError: Binding expected string, TypedArray, boolean, number, bigint or null.',
    ],
    [
      'a wrong name, caught and not thrown again',
      'tasks.ts',
      'response.json()',
      'response.jsn()',
      'response.jsn is not a function',
    ],
    [
      'a catch that reports a row as done',
      'tasks.ts',
      'store.fail(id, String(error))',
      'store.finish(id, 0)',
      ', and the row says done.',
    ],
    [
      'a patience of its own',
      'tasks.ts',
      'await ask(asked)',
      'await Promise.race([ask(asked), Bun.sleep(5_000).then(() => Promise.reject(new Error("late")))])',
      '',
    ],
    ['an error of its own', 'tasks.ts', 'throw error', "throw new Error('failed')", ''],
  ],
  3: [
    [
      'arguments in a wrong order',
      'app.tsx',
      'sendWelcomeEmail, email, username',
      'sendWelcomeEmail, username, email',
      'app.tsx:34 adds a task that ends with an error: No recipients defined.',
    ],
    [
      'no admin at all',
      'app.tsx',
      'runner.addTask(tasks.notifyAdmin, username)',
      '',
      'Nothing failed, and the admin never heard of the signup.',
    ],
    [
      'no email at all',
      'app.tsx',
      'backgroundTasks.addTask(tasks.sendWelcomeEmail, email, username)',
      '',
      'Nothing failed, and no welcome emails have come.',
    ],
  ],
  4: [
    [
      'a wrong name behind the pool',
      'app.tsx',
      'pool.countPrimes',
      'pool.countPrime',
      'adds a task that ends with an error: TypeError: The worker has no function countPrime. It has: countPrimes.',
    ],
    [
      'a wrong name in the catch',
      'app.tsx',
      "results.set(limit, 'failed')",
      "rsults.set(limit, 'failed')",
      'app.tsx:18 ends with an error: ReferenceError: rsults is not defined.',
    ],
    ['an error as the words of a row', 'app.tsx', "limit, 'failed'", 'limit, String(error)', ''],
    [
      'a process in the place of a thread',
      'app.tsx',
      ', import.meta.url),',
      ", import.meta.url), { isolation: 'process' },",
      '',
    ],
  ],
  5: [
    [
      'another name for the job',
      'tasks.ts',
      'awardPoints',
      'givePoints',
      'tasks.ts exports givePoints, and no awardPoints.',
    ],
    [
      'a wrong name behind all writes',
      'tasks.ts',
      'await printReceipt',
      'await printReciept',
      'tasks.ts:14 ends with an error: ReferenceError: printReciept is not defined.',
    ],
  ],
  6: [
    [
      'a for without await',
      'app.tsx',
      'for await (',
      'for (',
      'app.tsx:26 ends with an error: TypeError: {} is not iterable.',
    ],
    [
      'no text where a number is meant',
      'app.tsx',
      'data: change })',
      "data: 'sent' })",
      'The stream sends "sent", and not how it stands: sse({ id, data }), where data is a change.',
    ],
    ['data as text', 'app.tsx', 'data: next', 'data: JSON.stringify(next)', ''],
  ],
}

const root = join(import.meta.dir, '../..')
mkdirSync(join(root, 'dist'), { recursive: true })
// Below the packages, which the exercises import.
const place = mkdtempSync(join(root, 'dist/slips-'))
afterAll(() => rmSync(place, { recursive: true }))

describe.each(lessons)('lesson $number with', ({ number, slug }) => {
  test.each(slips[number] ?? [])('%s', async (_, file, text, instead, sentence) => {
    const folder = await copyOf(slug)
    const original = await Bun.file(join(folder, file)).text()
    expect(original).toContain(text)
    await Bun.write(
      join(folder, file),
      original.replaceAll(text, () => instead),
    )

    const { broken } = await runCheck(number, folder)

    if (sentence === '') expect(broken).toBeUndefined()
    else expect(broken?.sentence).toContain(sentence)
  })
})

/** The solution in a folder of its own. */
async function copyOf(slug: string): Promise<string> {
  const solution = join(root, 'lessons', slug, 'solution')
  const folder = mkdtempSync(join(place, 'copy-'))
  for (const file of readdirSync(solution)) {
    const text = await Bun.file(join(solution, file)).text()
    const moved = text.replaceAll(/'(\.\.\/[\w./-]*)'/g, (_, path: string) => {
      return `'${join(solution, path)}'`
    })
    await Bun.write(join(folder, file), moved)
  }
  return folder
}

/** Whatever a learner writes ends as one sentence, with its place where there is one, and never as a stack trace. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

import { runCheck } from '../../lessons/kit/check/check'
import { explain, isGiven, LoadError, placeInStack } from '../../lessons/kit/check/explain'
import { childrenOf } from '../support/processes'

setDefaultTimeout(30_000)

const root = join(import.meta.dir, '../..')
mkdirSync(join(root, 'dist'), { recursive: true })
// Below the packages, which the exercise imports.
const folder = mkdtempSync(join(root, 'dist/mistakes-'))
const file = `${relative(root, folder)}/app.tsx`
const solution = (
  await Bun.file(join(root, 'lessons/01-simple-counter/solution/app.tsx')).text()
).replaceAll(/'(\.\.[\w./]*)'/g, (_, path: string) => {
  return `'${join(root, 'lessons/01-simple-counter/solution', path)}'`
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a check of an exercise with', () => {
  test.each([
    ['a syntax error', '}', /:\d+ cannot be read: Unexpected \}\.$/],
    ['an exception at import', "JSON.parse('no')", /:\d+ throws when it is loaded: .*JSON/],
    ['a package that is not there', "import 'not-there'", /:\d+ imports 'not-there', which/],
    ['a name that is not there', "import { no } from 'elysia'\nno()", /:\d+ imports 'no', which/],
    ['an exit at import', 'process.exit(3)', /:\d+ ends the process, with exit code 3\./],
  ])('%s says where that is', async (_, mistake, sentence) => {
    await write(`${solution}\n${mistake}\n`)

    const { broken, passed } = await runCheck(1, folder)

    expect(broken?.sentence).toStartWith(file)
    expect(broken?.sentence).toMatch(sentence)
    expect(broken?.sentence).not.toMatch(/\n|\bat \//)
    expect(broken?.place).toEqual({ file, line: expect.any(Number) as number })
    expect(await lineOf(broken?.place?.line)).toContain(mistake.split('\n')[0] ?? '')
    expect(passed).toEqual([])
  })

  test.each([
    ['another name', 'export const server =', 'app.tsx exports server, start, and no app.'],
    ['no name', 'export default', 'app.tsx exports a default, start, and no app.'],
    ['no export', 'const app =', 'app.tsx exports start, and no app.'],
  ])('an app with %s says what is missing', async (_, instead, sentence) => {
    await write(solution.replace('export const app =', instead))

    const { broken } = await runCheck(1, folder)

    expect(broken?.sentence).toBe(
      `${sentence} Leave the word export before it, and its name, as they were.`,
    )
  })

  test('an empty file says how to begin anew', async () => {
    await write('')

    const { broken } = await runCheck(1, folder)

    expect(broken?.sentence).toBe(
      'app.tsx exports nothing. To have its first text back: bun run kit reset 1',
    )
  })

  test('a file that is gone says how to have it back', async () => {
    rmSync(join(folder, 'app.tsx'))

    const { broken } = await runCheck(1, folder)

    expect(broken?.sentence).toBe('app.tsx is gone. To have it back: bun run kit reset 1')
  })

  test.each([
    ['its handler throws', 'return <Answer />', "throw new Error('oh')", 'oh.'],
    ['its task throws', "console.log('done')", "throw new Error('oh')", 'oh.'],
    ['a name is wrong', 'addTask(counter', 'addTask(countr', 'ReferenceError: countr is not'],
  ])('an app of which %s says where that is', async (_, text, mistake, words) => {
    await write(solution.replace(text, mistake))

    const { broken } = await runCheck(1, folder)

    expect(broken?.sentence).toStartWith(
      `${file}:${broken?.place?.line} ends with an error: ${words}`,
    )
    expect(await lineOf(broken?.place?.line)).toContain(mistake)
  })

  test('a task that never ends is cut off, says which task, and leaves nothing behind', async () => {
    await write(solution.replace("console.log('done')", 'return new Promise(() => {})'))

    const { broken, events } = await runCheck(1, folder, { limit: 4_000 })

    expect(broken?.sentence.replace(/within \d+ s/, 'within 4 s')).toBe(
      `The check did not come to an end within 4 s. The task sayDone does not end (${file}:${broken?.place?.line}). ` +
        'Look for an await of what never comes, or a loop without an end.',
    )
    expect(await lineOf(broken?.place?.line)).toContain('function sayDone')
    expect(events.at(-1)).toMatchObject({ type: 'task', status: 'running', name: 'sayDone' })
    expect(childrenOf(process.pid)).toEqual([])
  })

  test.each([
    ['that has no lines', 'while (true) {}', 'while (true) {}'],
    ['of several lines', 'let n = 0\nfor (;;) {\n  n += twice(1)\n}', 'n += twice(1)'],
  ])('a loop without an end %s says where it is', async (_, loop, line) => {
    const twice = 'function twice(n: number) {\n  return 2 * n\n}'
    await write(`${solution.replace("console.log('done')", loop)}\n${twice}\n`)

    const { broken } = await runCheck(1, folder, { limit: 4_000 })

    expect(broken?.sentence).toBe(
      `${file}:${broken?.place?.line} is in a loop without an end. ` +
        'What stands behind it never runs, and nobody is served.',
    )
    expect(await lineOf(broken?.place?.line)).toContain(line)
    expect(childrenOf(process.pid)).toEqual([])
  })

  test('a handler that never answers says which', async () => {
    await write(solution.replace('return <Answer />', 'await new Promise(() => {})'))

    const { broken } = await runCheck(1, folder, { limit: 4_000 })

    expect(broken?.sentence).toContain(`GET / is not answered (${file}:`)
    expect(await lineOf(broken?.place?.line)).toContain(".get('/'")
  })

  test('an error that nobody catches says where it comes from', async () => {
    const mistake = "void Promise.reject(new Error('loose'))"
    await write(solution.replace('return <Answer />', `${mistake}\nreturn <Answer />`))

    const { broken, passed, of } = await runCheck(1, folder)

    expect(broken?.sentence).toBe(
      `${file}:${broken?.place?.line} leaves an error that nobody catches: loose.`,
    )
    expect(await lineOf(broken?.place?.line)).toContain(mistake)
    expect(passed).toHaveLength(of - 1)
  })
})

test('a line of a file that was deleted meanwhile is still a place, and not one that was given', () => {
  const start = join(root, 'lessons/01-simple-counter/start')
  const stack = 'Error\n    at counter (/not/there/app.tsx:7:3)'

  expect(placeInStack(stack, '/not/there')).toMatchObject({ line: 7 })
  expect(isGiven({ file: '/not/there/app.tsx', line: 7 }, start)).toBeFalse()
})

test('a folder that is not there is said to be missing', async () => {
  const { broken } = await runCheck(1, '/not/there')

  expect(broken?.sentence).toBe('There is no folder /not/there.')
})

test('JSX that was taken for React says from where to start', () => {
  const error = new Error("Cannot find module 'react/jsx-dev-runtime' from '/x/exercise/app.tsx'")

  const { sentence } = explain(new LoadError('app.tsx', error), folder)

  expect(sentence).toContain('Start the exercise from the first folder of the kit')
})

test('a broken fact comes with the lanes of its run, counted from 1', async () => {
  const start = join(root, 'lessons/01-simple-counter/start')

  const { broken, events, passed, of } = await runCheck(1, start)

  expect(broken?.fact).toBe('The visitor does not wait for the counter.')
  expect([passed.length, of]).toEqual([1, 5])
  expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(({ type }) => type === 'request')).toHaveLength(3)
})

// A module is loaded once in a process, and each check has a process of its own: one file does for all.
async function write(text: string): Promise<void> {
  await Bun.write(join(folder, 'app.tsx'), text)
}

async function lineOf(line = 0): Promise<string> {
  return (await Bun.file(join(folder, 'app.tsx')).text()).split('\n')[line - 1] ?? ''
}

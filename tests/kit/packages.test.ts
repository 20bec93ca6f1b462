/** A fresh clone: each command installs what it needs, once. Shown with a copy whose packages are folders beside it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { dependencies, devDependencies } from '../../package.json'
import { dependencies as peers } from '../package.json'
import { runBun } from '../support/bun'

const root = join(import.meta.dir, '../..')
const clone = mkdtempSync(join(tmpdir(), 'clone-'))
const once = 'Installing packages, once …'

beforeAll(async () => {
  const copied = ['bunfig.toml', 'lessons/kit/installed.ts', 'tests/preload.ts', 'tests/support']
  for (const path of copied) cpSync(join(root, path), join(clone, path), { recursive: true })
  const packageJson = (name: string, more: object = {}) => JSON.stringify({ name, ...more })
  const files = {
    'package.json': packageJson('clone', {
      workspaces: ['tests'],
      dependencies: { greeting: 'file:./greeting' },
      devDependencies: { checker: 'file:./checker' },
    }),
    'tests/package.json': packageJson('clone-tests'),
    'greeting/package.json': packageJson('greeting', { version: '1.0.0', main: 'index.js' }),
    'greeting/index.js': `export const greeting = 'hello'`,
    'checker/package.json': packageJson('checker', { version: '1.0.0' }),
    'lesson.ts': `
      import { ensureInstalled } from './lessons/kit/installed'
      console.log('had to install:', await ensureInstalled('lessons'))`,
    'lessons/kit/kit.ts': `
      import { beginAgain, ensureInstalled } from './installed'
      if (await ensureInstalled('lessons')) await beginAgain()
      const { command } = await import('./command')
      process.exit(command(process.argv.slice(2)))`,
    'lessons/kit/command.ts': `
      import { greeting } from 'greeting'
      export function command(args) {
        console.log(greeting, args.join(' '))
        return args.length
      }`,
    'tests/greeting.test.ts': `
      import { expect, test } from 'bun:test'
      import { greeting } from 'greeting'
      test('it greets', () => expect(greeting).toBe('hello'))
      test('it fails', () => expect(greeting).toBe('goodbye'))`,
  }
  for (const [path, text] of Object.entries(files)) await Bun.write(join(clone, path), text)
  await run('install')
})
afterAll(() => rmSync(clone, { recursive: true }))

test('bun test on a fresh clone installs, says so in one line, and runs what was typed', async () => {
  removePackages()

  const first = await run('test', 'greeting', '-t', 'it greets')
  const second = await run('test', 'greeting', '-t', 'it greets')

  expect(first).toEqual({ code: 0, printed: expect.stringContaining('1 pass') })
  expect(first.printed.split(once)).toHaveLength(2)
  expect(second).toEqual({ code: 0, printed: expect.not.stringContaining(once) })
})

test('bun test on a fresh clone fails if a test does', async () => {
  removePackages()

  const { code, printed } = await run('test')

  expect(printed).toContain('1 fail')
  expect(code).toBe(1)
})

test('a lesson installs no more than lessons need, and later tests install the rest', async () => {
  removePackages()

  expect((await run('lesson.ts')).printed).toEndWith('had to install: true\n')
  expect([hasPackage('greeting'), hasPackage('checker')]).toEqual([true, false])
  expect((await run('lesson.ts')).printed).toBe('had to install: false\n')

  expect((await run('test', '-t', 'it greets')).printed).toContain(once)
  expect(hasPackage('checker')).toBe(true)
  expect((await run('lesson.ts')).printed).toBe('had to install: false\n')
})

test('a command on a fresh clone installs, and then does what was typed', async () => {
  removePackages()

  const first = await run('lessons/kit/kit.ts', 'lesson', '1')
  const second = await run('lessons/kit/kit.ts', 'lesson', '1')

  expect(first).toEqual({ code: 2, printed: `${once}\nhello lesson 1\n` })
  expect(second).toEqual({ code: 2, printed: 'hello lesson 1\n' })
})

test('packages that cannot be had are a sentence', async () => {
  removePackages()
  const lockfile = join(clone, 'bun.lock')
  const text = await Bun.file(lockfile).text()
  await Bun.write(lockfile, text.replaceAll('greeting', 'something-else'))

  const { code, printed } = await run('lesson.ts')

  expect(code).toBe(1)
  expect(printed).toEndWith('Connect to a network for this once, and run the command again.\n')
  expect(printed).not.toContain('    at ')
  await Bun.write(lockfile, text)
})

test('each test of each file has more time than Bun gives', async () => {
  for (const name of ['one', 'two'])
    await Bun.write(
      join(clone, `slow/${name}.test.ts`),
      `import { test } from 'bun:test'
       test('it takes longer than a millisecond', () => Bun.sleep(20))`,
    )

  const { code, printed } = await run('test', 'slow/', '--timeout', '1')

  expect(printed).toContain('2 pass')
  expect(code).toBe(0)
})

describe('What is imported', () => {
  const ofTheSystem = /^(?:node|bun):|^\.|^bun$/
  const imports = (pattern: string) => {
    const transpiler = new Bun.Transpiler({ loader: 'tsx' })
    const files = [...new Bun.Glob(pattern).scanSync({ cwd: root })]
    expect(files.length).toBeGreaterThan(5)
    return files.flatMap((path) =>
      transpiler.scanImports(readFileSync(join(root, path), 'utf8')).map((one) => one.path),
    )
  }
  const packageOf = (path: string) => path.split('/', path.startsWith('@') ? 2 : 1).join('/')
  const missing = (pattern: string, known: object) =>
    imports(pattern).filter((path) => !ofTheSystem.test(path) && !(packageOf(path) in known))

  test('by lessons and library is among the dependencies of the kit', () => {
    const jsx = { '@kitajs/html': '', react: '' } // comes with @elysiajs/html
    expect(missing('{core,lessons}/**/*.{ts,tsx}', { ...dependencies, ...jsx })).toEqual([])
  })

  test('by tests and benchmarks is among theirs, or what they are about', () => {
    const known = { ...dependencies, ...devDependencies, ...peers, 'bun-background-tasks': '' }
    expect(missing('tests/**/*.{ts,tsx,mjs}', known)).toEqual([])
  })
})

function removePackages(): void {
  rmSync(join(clone, 'node_modules'), { recursive: true, force: true })
}

function hasPackage(name: string): boolean {
  return existsSync(join(clone, 'node_modules', name))
}

async function run(...args: string[]) {
  const { code, output, errors } = await runBun(clone, args)
  return { code, printed: errors + output }
}

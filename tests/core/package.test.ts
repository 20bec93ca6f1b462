/** The library in somebody's project: made as `bun init` makes one, without a network, outside of this repository. */
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Engine } from '../../core/queue/engine'
import manifest from '../../package.json'
import { runBun, runProgram } from '../support/bun'

const root = join(import.meta.dir, '../..')
const project = mkdtempSync(join(tmpdir(), 'project-'))
const linked = (name: string) => `link:${join(root, 'node_modules', name)}`

/** What `bun init -y` of Bun 1.4.5 writes. */
const compilerOptions = {
  lib: ['ESNext'],
  target: 'ESNext',
  module: 'Preserve',
  moduleDetection: 'force',
  jsx: 'react-jsx',
  allowJs: true,
  types: ['bun'],
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  noPropertyAccessFromIndexSignature: false,
}

const app = `
import { background } from 'bun-background-tasks'
import { Elysia } from 'elysia'

const send = async (address: string) => console.log('Sent to', address)
const app = new Elysia().use(background()).post('/signup', ({ backgroundTasks }) => {
  backgroundTasks.addTask(send, 'ada@example.org')
  return 'Signup successful!'
})
const answer = await app.handle(new Request('http://localhost/signup', { method: 'POST' }))
console.log(await answer.text())
await app.decorator.background.idle()
`

const jobs = `
import { consume, queue } from 'bun-background-tasks/queue'
import { serve } from 'bun-background-tasks/serve'

const tasks = { double: (number: number) => number * 2 }
const jobs = queue<typeof tasks>('numbers')
const stored = await jobs.double(21).catch((error: Error) => error.message)
if (typeof stored === 'string') {
  const consumer = await consume('numbers', tasks).catch((error: Error) => error.message)
  console.log(stored, consumer === stored, typeof serve)
} else {
  await using _ = await consume('numbers', tasks)
  console.log(await stored.finished())
}
await jobs.close()
`

beforeAll(async () => {
  const files = {
    'package.json': JSON.stringify({ type: 'module', dependencies: { elysia: linked('elysia') } }),
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    'exact.json': JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { exactOptionalPropertyTypes: true },
    }),
    // Nothing is fetched: there is no registry at this address.
    'bunfig.toml': '[install]\nregistry = "http://127.0.0.1:9/"\n',
    'app.ts': app,
    'jobs.ts': jobs,
  }
  for (const [name, text] of Object.entries(files)) await Bun.write(join(project, name), text)
  expect(await bun('add', join(root, 'core'))).toEqual({
    code: 0,
    printed: expect.stringContaining('\n2 packages installed'),
  })
  // As @types/bun does.
  const types = join(project, 'node_modules/@types/bun')
  const bunTypes = join(root, 'node_modules/bun-types/index.d.ts')
  await Bun.write(join(types, 'index.d.ts'), `/// <reference path="${bunTypes}" />\n`)
  await Bun.write(join(types, 'package.json'), '{ "name": "@types/bun", "types": "index.d.ts" }')
})

afterAll(() => rmSync(project, { recursive: true }))

test('bun add brings the library and nothing else', () => {
  const packages = readdirSync(join(project, 'node_modules'))
  const files = readdirSync(join(project, 'node_modules/bun-background-tasks'))

  expect(packages.filter((name) => !name.startsWith('.')).toSorted()).toEqual([
    '@types',
    'bun-background-tasks',
    'elysia',
  ])
  expect(files).toContain('index.ts')
  expect(files).not.toContain('node_modules')
})

for (const config of ['tsconfig.json', 'exact.json'])
  test(`its types hold under ${config === 'exact.json' ? 'exactOptionalPropertyTypes' : 'the options of bun init'}, with no engine of a queue installed`, async () => {
    expect(await bun('check', '--project', config)).toMatchObject({ code: 0 })
  })

test('an app answers, and its task runs', async () => {
  expect(await bun('app.ts')).toEqual({
    code: 0,
    printed: 'Signup successful!\nSent to ada@example.org\n',
  })
})

test('one file can be made of an app without any engine of a queue', async () => {
  expect(await compiled('jobs.ts', { REDIS_URL: '' })).toEqual({
    code: 0,
    printed: expect.stringContaining('bun add bunqueue'),
  })
})

for (const [what, url, command] of [
  ['in a file', '', 'bun add bunqueue'],
  ['on Redis', 'redis://127.0.0.1:1', 'bun add bullmq ioredis'],
] as const)
  test(`a queue ${what} without its engine rejects with the command that installs it`, async () => {
    const { code, printed } = await bunWith({ REDIS_URL: url }, 'jobs.ts')

    expect(code).toBe(0)
    expect(printed).toMatch(/^A queue (in a file|on Redis) needs .+ installed: /)
    expect(printed).toContain(command)
    expect(printed).toEndWith('true function\n')
  })

test('with bunqueue alone, a queue runs its jobs, and the types hold', async () => {
  const dependencies = {
    'bun-background-tasks': `file:${join(root, 'core')}`,
    bunqueue: linked('bunqueue'),
    elysia: linked('elysia'),
  }
  await Bun.write(join(project, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
  expect(await bun('install')).toMatchObject({ code: 0 })

  expect(await bun('check')).toMatchObject({ code: 0 })
  expect(await bunWith({ REDIS_URL: '', QUEUE_FILE: 'q.sqlite' }, 'jobs.ts')).toEqual({
    code: 0,
    printed: '42\n',
  })
})

test('one file can be made of an app with bunqueue alone, and says on Redis what is missing', async () => {
  const inFile = { REDIS_URL: '', QUEUE_FILE: 'compiled.sqlite' }

  expect(await compiled('jobs.ts', inFile)).toEqual({ code: 0, printed: '42\n' })
  expect(await compiled('jobs.ts', { REDIS_URL: 'redis://127.0.0.1:1' })).toEqual({
    code: 0,
    printed: expect.stringContaining('bun add bullmq ioredis'),
  })
})

test('the version is the one of the kit', async () => {
  const { version } = await Bun.file(join(root, 'core/package.json')).json()

  expect(version).toBe(manifest.version)
})

test('the engines are what their loader says they are', () => {
  expectTypeOf<typeof import('../../core/queue/bullmq')>().toExtend<Engine>()
  expectTypeOf<typeof import('../../core/queue/embedded')>().toExtend<Engine>()
})

function bun(...args: string[]) {
  return bunWith({ REDIS_URL: '' }, ...args)
}

/** Makes one file of an app, and runs it. */
async function compiled(entry: string, env: Record<string, string>) {
  const build = await bun('build', '--compile', entry, '--outfile', 'compiled')
  expect(build).toMatchObject({ code: 0 })
  const { code, output, errors } = await runProgram(join(project, 'compiled'), [], project, env)
  return { code, printed: output + errors }
}

/** What has failed is shown with its errors. */
async function bunWith(env: Record<string, string>, ...args: string[]) {
  const { code, output, errors } = await runBun(project, args, env)
  return { code, printed: code === 0 ? output : output + errors }
}

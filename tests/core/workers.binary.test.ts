/** Workers in a compiled binary, in a folder far from its sources, which are gone. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const core = join(import.meta.dir, '../../core')
let folder = ''
let binary = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'binary-'))
  binary = join(folder, 'elsewhere/program')
  mkdirSync(join(folder, 'elsewhere'))
  const sources: Record<string, string> = {
    'app/main.ts': `
      import { answer } from './lessons/images/deep/app'
      console.log('main', process.argv.slice(2))
      console.log(JSON.stringify(await answer(process.argv[2])))
    `,
    'app/lessons/images/deep/app.ts': `
      import { workers } from '${core}/workers'
      import type * as images from '../tasks'
      import type * as sounds from '../../sounds/tasks'
      export async function answer(isolation) {
        const options = { size: 2, timeout: 10_000, isolation }
        await using one = workers<typeof images>(new URL('../image-worker.ts', import.meta.url), options)
        await using two = workers<typeof sounds>(new URL('../../sounds/worker.ts', import.meta.url), options)
        await using ambiguous = workers<typeof sounds>(new URL('./worker.ts', import.meta.url), options)
        await using missing = workers<typeof sounds>(new URL('./missing.ts', import.meta.url), options)
        const calls = [one.name(1), two.name(2), one.fail(), ambiguous.name(3), missing.name(4)]
        return (await Promise.allSettled(calls)).map(({ value, reason }) => value ?? reason.message)
      }
    `,
    'app/lessons/images/tasks.ts': `
      export const name = (index: number) => 'image ' + index
      export function fail() { throw new RangeError('no such image') }
    `,
    'app/lessons/sounds/tasks.ts': `export const name = (index: number) => 'sound ' + index`,
    'app/lessons/images/image-worker.ts': worker,
    'app/lessons/sounds/worker.ts': worker,
    'app/lessons/texts/worker.ts': worker,
    'app/lessons/texts/tasks.ts': `export const name = (index: number) => 'text ' + index`,
  }
  await Promise.all(
    Object.entries(sources).map(([path, text]) => Bun.write(join(folder, path), text)),
  )
})

afterAll(() => rmSync(folder, { recursive: true }))

const worker = `
  import { serve } from '${core}/workers/serve'
  import * as tasks from './tasks'
  serve(tasks)
`

const expected = [
  'image 1',
  'sound 2',
  'no such image',
  expect.stringContaining('2 modules of this binary are called worker.js: '),
  expect.stringContaining('missing.js is not in this binary'),
]

/** The main module first, then the workers. */
const entrypoints = [
  'main.ts',
  'lessons/images/image-worker.ts',
  'lessons/sounds/worker.ts',
  'lessons/texts/worker.ts',
]

describe.each([
  ['as it is', []],
  ['minified', ['--minify']],
  ['with bytecode', ['--minify', '--bytecode', '--format=esm']],
])('a binary built %s', (_, flags) => {
  beforeAll(async () => {
    await using build = Bun.spawn(
      [process.execPath, 'build', '--compile', ...flags, ...entrypoints, `--outfile=${binary}`],
      { cwd: join(folder, 'app'), stdout: 'ignore', stderr: 'pipe' },
    )
    if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text())
    renameSync(join(folder, 'app'), join(folder, 'gone'))
  })

  afterAll(() => renameSync(join(folder, 'gone'), join(folder, 'app')))

  test.each(['thread', 'process'])('finds its workers, each a %s', async (isolation) => {
    await using program = Bun.spawn([binary, isolation], { cwd: '/' })

    const lines = (await new Response(program.stdout).text()).trim().split('\n')

    // Its main module runs once: a process that is a worker must not run it too.
    expect(lines).toHaveLength(2)
    expect(lines[0]).toStartWith('main')
    expect(JSON.parse(lines[1]!)).toEqual(expected)
    expect(await program.exited).toBe(0)
  })
})

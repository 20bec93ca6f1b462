/**
 * `kit eject`, and the workspace that it writes: from one file, with an empty PATH and an empty HOME, in a folder with
 * spaces and umlauts. It is eject.test.ts that runs this, in a network namespace if the system lets it.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { buildKit } from '../support/kit-file'
import { freePorts, Program, startLesson } from '../support/program'
import { quickFolder } from '../support/quick-folder'
import { until } from '../support/until'

setDefaultTimeout(60_000)

const folder = mkdtempSync(join(quickFolder(), 'einer für alle '))
const kit = join(folder, 'kit')
const workspace = join(folder, 'workshop')
/** Where there is none yet. */
const elsewhere = join(folder, 'elsewhere')
const made = join(elsewhere, 'workshop')
/** No Bun on the PATH, nothing in the home folder, and whatever somebody has set for other programs. */
const bare = { PATH: '', HOME: join(folder, 'home'), NODE_ENV: 'production', BUN_OPTIONS: '' }

let sources: Disposable | undefined
beforeAll(async () => {
  sources = await buildKit(kit)
  mkdirSync(bare.HOME)
  mkdirSync(elsewhere)
  await Bun.write(join(folder, '.env'), 'PORT=1\n')
})
afterAll(() => {
  sources?.[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

/** Runs a command to its end. */
async function run(executable: string, args: readonly string[], cwd: string, env = {}) {
  const program = new Program(args, { ...bare, ...env }, { executable, cwd })
  const code = await program.ended()
  return { code, output: program.output, errors: program.errors }
}
const eject = (...args: string[]) => run(kit, ['eject', ...args], folder)
const inWorkspace = (name: 'kit' | 'bun', ...args: string[]) =>
  run(join(workspace, name), args, workspace)

/** What stands in a folder, as paths with the time of their last change. */
function filesOf(where: string): string[] {
  return [...new Bun.Glob('**/*').scanSync({ cwd: where, dot: true })]
    .map((path) => `${path} ${Bun.file(join(where, path)).lastModified}`)
    .sort()
}
const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.ejecting'))

describe('The workspace', () => {
  test('is there in less than five seconds, with the next command to type', async () => {
    const began = performance.now()

    const { code, output, errors } = await eject()

    expect(errors).toBe('')
    expect(code).toBe(0)
    expect(output).toMatch(/^workshop is the workspace: \d+ files/)
    expect(output).toEndWith('\nNext: cd workshop && ./kit lesson 1\n')
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(leftovers()).toEqual([])
  })

  test('holds what a learner needs, and no peers, browsers, linters, wrong answers or tests of packages', () => {
    const paths = [...new Bun.Glob('**/*').scanSync({ cwd: workspace, dot: true })]
    const top = readdirSync(workspace).sort()

    const files = ['LICENSE', 'README.md', 'bun', 'bun.lock', 'bunfig.toml', 'kit']
    const folders = ['.kit', '.vscode', 'core', 'lessons', 'node_modules']
    expect(top).toEqual([...files, ...folders, 'package.json', 'tsconfig.json'].sort())
    expect(readdirSync(join(workspace, '.vscode'))).toEqual(['settings.json'])
    const unwanted = /node_modules\/(?:hono|fastify|playwright-core|oxlint|fast-check)\/|\/wrong\//
    expect(paths.filter((path) => unwanted.test(path))).toEqual([])
    expect(paths.filter((path) => /\.(?:map|mdx|node)$/.test(path))).toEqual([])
    const packages = paths.filter((path) => /node_modules\/[^/]+\/package\.json$/.test(path))
    expect(packages.length).toBeGreaterThan(30)
  })

  test('installs nothing, and changes nothing', async () => {
    const before = filesOf(workspace)

    const { code, output, errors } = await inWorkspace('bun', 'install')

    expect(errors).toBe('')
    expect(output).toContain('(no changes)')
    expect(code).toBe(0)
    expect(filesOf(workspace)).toEqual(before)
  })

  test('has no type errors', async () => {
    const { code, output, errors } = await inWorkspace('bun', 'check')

    expect(output + errors).toContain('No type errors')
    expect(code).toBe(0)
  })
})

describe('An app of our own in the workspace', () => {
  const app = join(workspace, 'app.ts')
  const worker = join(workspace, 'mine/worker.ts')
  const text = `
    import { background, workers } from 'bun-background-tasks'
    import { consume, queue } from 'bun-background-tasks/queue'
    import { Elysia } from 'elysia'

    import type { double } from './mine/worker'

    const add = (one: number, other: number) => console.log('a task:', one + other)
    const pool = workers<{ double: typeof double }>(new URL('./mine/worker.ts', import.meta.url))
    const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(add, 40, 2)
      return 'answered'
    })
    console.log(await (await app.handle(new Request('http://localhost/'))).text())
    await app.decorator.background.idle()
    console.log('a worker:', await pool.double(21))
    pool.close()
    const tasks = { half: (number: number) => number / 2 }
    const jobs = queue<typeof tasks>('numbers')
    const consumer = await consume('numbers', tasks)
    console.log('a job:', await (await jobs.half(84)).finished())
    await consumer.close()
    await jobs.close()
  `
  beforeAll(() => {
    mkdirSync(join(workspace, 'mine'))
    writeFileSync(app, text)
    const serve = `import { serve } from 'bun-background-tasks/serve'`
    const double = 'export const double = (number: number) => number * 2'
    writeFileSync(worker, `${serve}\n${double}\nserve({ double })\n`)
  })
  afterAll(() => {
    for (const path of ['app.ts', 'mine']) rmSync(join(workspace, path), { recursive: true })
  })

  test('finds the library under its name, with its workers and its queue', async () => {
    const env = { QUEUE_FILE: join(folder, 'numbers.sqlite'), REDIS_URL: '' }

    const { output, errors } = await run(join(workspace, 'bun'), ['app.ts'], workspace, env)

    expect(errors).toBe('')
    expect(output).toBe('answered\na task: 42\na worker: 42\na job: 42\n')
  })

  test('gets what is edited in core/: it is the library, and no copy of it', async () => {
    const task = join(workspace, 'core/index.ts')
    const original = readFileSync(task, 'utf8')
    appendFileSync(task, `console.log('edited')\n`)

    const { output } = await inWorkspace('bun', '-e', `import 'bun-background-tasks'`)

    writeFileSync(task, original)
    expect(output).toBe('edited\n')
  })

  test('is told by its types what a task does not take', async () => {
    expect((await inWorkspace('bun', 'check')).code).toBe(0)

    writeFileSync(app, text.replace('(add, 40, 2)', `(add, 40, 'two')`))
    const { code, output, errors } = await inWorkspace('bun', 'check')

    expect(code).toBe(1)
    expect(output + errors).toContain('app.ts')
    expect(output + errors).toContain("not assignable to parameter of type 'number'")
  })
})

test('the first page and the first lane are there within ten seconds of the first start', async () => {
  const began = performance.now()
  const place = { executable: kit, cwd: elsewhere }
  await using lesson = await startLesson(3, bare, place, ['lesson', '--lanes'])

  expect(await (await fetch(lesson.address)).text()).toContain('<h1>')
  const body = new URLSearchParams({ username: 'ada', email: 'ada@example.org' })
  await fetch(`${lesson.address}/signup`, { method: 'POST', body })
  await lesson.says('request  POST /signup')

  expect(performance.now() - began).toBeLessThan(10_000)
})

test('the first ten minutes are those in the README', async () => {
  const ports = freePorts()
  const place = { executable: kit, cwd: elsewhere }
  const all = async (...args: string[]) => (await run(kit, args, elsewhere)).output
  const first = await all()
  await using work = new Program(['work', '1'], { ...bare, ...ports }, place)
  await work.says('task     sayDone')

  expect(work.output).toStartWith(`First, this file writes out a workspace: ${made}\n`)
  expect(work.output).toContain('\nThe files named below are in workshop.\n')
  const before = work.output
  const hint = await all('hint', '1')
  const app = join(made, 'lessons/01-simple-counter')
  const began = performance.now()
  writeFileSync(join(app, 'exercise/app.tsx'), readFileSync(join(app, 'solution/app.tsx'), 'utf8'))
  await work.says('Lesson 1 is solved.')
  expect(performance.now() - began).toBeLessThan(3_000)

  const asAda = (text: string) =>
    Object.entries({
      [elsewhere]: '/home/ada',
      [kit]: './kit',
      [ports.PORT]: '3000',
      [ports.GUIDE_PORT]: '3001',
      // The README shows a terminal with its keys, as work-keys.test.ts does; here is none.
      '(./kit hint 1)': '(h for a hint)',
      'Lesson 1 is solved. Next: ./kit lesson 2': 'Lesson 1 is solved. n goes on with exercise 2.',
    }).reduce((said, [here, there]) => said.replaceAll(here, there), text)
  const printed = essence(asAda([first, before, hint, work.output.slice(before.length)].join('\n')))
  const readme = readFileSync(join(import.meta.dir, '../../README.md'), 'utf8')
  const [, shown = ''] = /```console\n(.*?)```/s.exec(readme) ?? []
  // It may leave out lines, and neither add nor move any.
  const claimed = essence(shown.replaceAll(/^([$#].*|…)$/gm, ''))
  expect(claimed.length).toBeGreaterThan(6)
  expect(inOrderOf(printed, claimed)).toEqual(claimed)
})

/** Those of `wanted` that are found in `all`, each behind the one before it. */
function inOrderOf(all: readonly string[], wanted: readonly string[]): string[] {
  let from = 0
  return wanted.filter((line) => {
    const at = all.indexOf(line, from)
    if (at >= 0) from = at + 1
    return at >= 0
  })
}

/** The lines with something in them; of a lane, its words. How long things took is another each time. */
function essence(text: string): string[] {
  return text
    .replaceAll(/[█▓▒░·]+/g, '')
    .replaceAll(/[\d.]+ ms/g, '… ms')
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => line !== '')
}

test('all six solutions pass in it, by the kit and by bun test', async () => {
  for (const number of [1, 2, 3, 4, 5, 6])
    await inWorkspace('kit', 'solution', String(number), '--yes')

  const checked = await inWorkspace('kit', 'check')
  const tested = await inWorkspace('bun', 'test')

  expect(checked.code).toBe(0)
  expect(tested.errors).toContain(' 0 fail\n')
  expect(tested.code).toBe(0)
})

describe('Bun in the workspace', () => {
  const bun = (...args: string[]) => run(join(workspace, 'bun'), args, folder)

  test('is the one of the kit, for a script of a script as well', async () => {
    expect((await bun('--version')).output).toBe(`${Bun.version}\n`)

    const script = `console.log(Bun.spawnSync(['bun', '-e', 'console.log(process.execPath)']).stdout.toString())`
    expect((await bun('-e', script)).output.trim()).toBe(join(workspace, 'kit'))
  })

  test('runs a worker, and a child that is itself', async () => {
    const script = `
      const worker = new Worker('data:text/javascript,postMessage(6 * 7)')
      const answer = await new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))
      const child = Bun.spawnSync([process.execPath, '-e', 'console.log("a child", Bun.version)'])
      console.log(answer, child.stdout.toString().trim())
      worker.terminate()`

    expect((await bun('-e', script)).output).toBe(`42 a child ${Bun.version}\n`)
  })
})

for (const [how, executable, args] of [
  ['./kit lesson 1', 'kit', ['lesson', '1']],
  ['./bun run lesson 1', 'bun', ['run', 'lesson', '1']],
] as const)
  test(`${how} runs the files of the workspace, with what was edited in them`, async () => {
    const app = join(workspace, 'lessons/01-simple-counter/app.tsx')
    const text = readFileSync(app, 'utf8')
    writeFileSync(app, text.replace('Simple Background Task Example', 'Edited'))
    const place = { executable: join(workspace, executable), cwd: workspace }

    await using lesson = await startLesson(1, bare, place, args.slice(0, -1))

    expect(await (await fetch(lesson.address)).text()).toContain('<h1>Edited</h1>')
    await lesson.says('app | 1')
    lesson.signal('SIGKILL')
    await lesson.ended()
    writeFileSync(app, text)
  })

describe('A second eject', () => {
  test('changes nothing where nothing is missing', async () => {
    const before = filesOf(join(workspace, 'lessons'))

    const { code, output } = await eject()

    expect(code).toBe(0)
    expect(output).toStartWith('workshop is complete.\n')
    expect(filesOf(join(workspace, 'lessons'))).toEqual(before)
  })

  test('brings back what is gone, and leaves alone what was edited; --force keeps a copy', async () => {
    const edited = join(workspace, 'lessons/page.tsx')
    const original = readFileSync(edited, 'utf8')
    appendFileSync(edited, '// mine\n')
    rmSync(join(workspace, 'core/task.ts'))
    writeFileSync(join(workspace, 'notes.txt'), 'mine')

    const gentle = await eject()

    expect(gentle.output).toContain('workshop: 1 file written.')
    expect(gentle.output).toContain('edited, and left as it is: lessons/page.tsx')
    expect(readFileSync(edited, 'utf8')).toEndWith('// mine\n')
    expect(existsSync(join(workspace, 'core/task.ts'))).toBe(true)

    const forced = await eject('--force')

    expect(forced.output).toContain('what was edited is kept: lessons/page.tsx.kept-1')
    expect(readFileSync(edited, 'utf8')).toBe(original)
    expect(readFileSync(`${edited}.kept-1`, 'utf8')).toEndWith('// mine\n')
    expect(readFileSync(join(workspace, 'notes.txt'), 'utf8')).toBe('mine')
    rmSync(`${edited}.kept-1`)
  })

  test('waits for nobody: of two at once, one writes and the other says so', async () => {
    const both = await Promise.all([eject('twice'), eject('twice')])

    const codes = both.map(({ code }) => code).sort((a, b) => a - b)
    // The second one may also come when the first has ended: then there is nothing to do.
    expect([
      [0, 0],
      [0, 1],
    ]).toContainEqual(codes)
    const errors = both.map((one) => one.errors).join('')
    if (codes[1] === 1) expect(errors).toMatch(/^Another kit (?:is writing|has written) .*twice/)
    expect((await eject('twice')).output).toStartWith('twice is complete.\n')
    expect(leftovers()).toEqual([])
    rmSync(join(folder, 'twice'), { recursive: true })
  })

  test('one that is stopped leaves nothing, and one that is killed does not stop the next', async () => {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const target = join(folder, 'stopped')
      const program = new Program(['eject', 'stopped'], bare, { executable: kit, cwd: folder })
      await until('it writes', () => leftovers().length > 0)

      program.signal(signal)

      await program.ended()
      expect(existsSync(target)).toBe(false)
      if (signal === 'SIGINT') expect(leftovers()).toEqual([])
    }
    expect((await eject('stopped')).code).toBe(0)
    expect(leftovers()).toEqual([])
    rmSync(join(folder, 'stopped'), { recursive: true })
  })
})

describe('What is in the way', () => {
  test('a folder with other things in it is left alone', async () => {
    const { code, errors } = await eject('home/..')

    expect(code).toBe(1)
    expect(errors).toMatch(/ is no workspace, and other things are in it: .*\. Name a folder /)
  })

  test('a file is no folder', async () => {
    expect((await eject('kit')).errors).toBe(`${kit} is a file. Name a folder.\n`)
    expect((await eject('kit/below')).errors).toContain('on the way there is a file')
  })

  test('what cannot be understood is said, with what can be typed', async () => {
    for (const args of [['a', 'b'], ['--unknown']]) {
      const { code, errors } = await eject(...args)

      expect(code).toBe(2)
      expect(errors).toEndWith(`Try: ${kit} eject --help\n`)
    }
  })

  test('files that may not be that large: nothing is left', async () => {
    const shell = ['-c', 'ulimit -f 200; exec "$0" eject limited', kit]

    const { code, errors } = await run('/bin/sh', shell, folder)

    expect(code).toBe(1)
    expect(errors).toContain('limited cannot be written: a file would be larger than is allowed')
    expect(existsSync(join(folder, 'limited'))).toBe(false)
    expect(leftovers()).toEqual([])
  })

  const mount = process.getuid?.() === 0 ? Bun.which('mount') : null
  const disk = join(folder, 'disk')
  const onDisk = async (options: string, use: () => Promise<void>) => {
    mkdirSync(disk, { recursive: true })
    const mounted = Bun.spawnSync([mount ?? '', '-t', 'tmpfs', '-o', options, 'tmpfs', disk])
    if (!mounted.success) return console.warn('Not shown: a full disk. mount is not allowed here.')
    try {
      await use()
    } finally {
      Bun.spawnSync([Bun.which('umount') ?? '', disk])
    }
  }
  test.skipIf(!mount)('a full disk: nothing is left', () =>
    onDisk('size=20m', async () => {
      const { code, errors } = await eject('disk/a/b')

      expect(code).toBe(1)
      expect(errors).toBe(
        'disk/a/b cannot be written: the disk is full. A workspace needs up to 200 MB.\n',
      )
      expect(readdirSync(disk)).toEqual([])
    }),
  )
  test.skipIf(!mount)('a disk that can only be read', () =>
    onDisk('ro', async () => {
      const { code, errors } = await eject('disk/a')

      expect(code).toBe(1)
      expect(errors).toContain('disk/a cannot be written: it is on a disk that can only be read.')
    }),
  )
})

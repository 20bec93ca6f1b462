/** What a learner reads when a lesson goes wrong. Lessons are changed in a copy, as a learner changes them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePorts, lessonVerb, Program } from '../support/program'

const root = join(import.meta.dir, '../..')
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'learner-')))
const place = { executable: process.execPath, cwd: copy }
const app = 'lessons/01-simple-counter/app.tsx'
const end = 'Nothing of the lesson is left running.\n'

beforeAll(() => {
  for (const name of ['core', 'lessons', 'package.json', 'tsconfig.json', 'bun.lock'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true }))

/** Puts `code` in the place of what a lesson, the first if no other, has there, and says where that is now. */
async function change(from: string, code: string, file = app): Promise<string> {
  const original = readFileSync(join(root, file), 'utf8')
  expect(original).toContain(from)
  const text = original.replace(from, () => code)
  await Bun.write(join(copy, file), text)
  return `${file}:${text.slice(0, text.indexOf(code)).split('\n').length}:`
}

function run(number: number, env: Record<string, string> = {}): Program {
  return new Program([...lessonVerb, String(number)], { ...freePorts(), ...env }, place)
}

/** A lesson of which something has been asked: the page of the first, if nothing else. */
async function visited(number = 1, path = '/', request: RequestInit = {}) {
  const env = { SLOW_DELAY: '10', SLOW_PAUSE: '10', QUEUE_FILE: '', REDIS_URL: '' }
  const ports = freePorts()
  const lesson = new Program([...lessonVerb, String(number)], { ...ports, ...env }, place)
  await lesson.says('Ctrl-C stops everything.')
  await fetch(`http://127.0.0.1:${ports.PORT}${path}`, request).catch(() => {})
  return lesson
}

test('a task that throws is one line: lesson, task, message, file and line', async () => {
  const where = await change('console.log(i)', `throw new RangeError('too\\nmany')`)
  await using lesson = await visited()

  await lesson.says('Task failed')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  expect(lesson.errors).toMatch(line('Lesson 1: Task failed: counter: RangeError: too many', where))
})

test('a task that throws something else is one line too', async () => {
  await change('console.log(i)', `throw { code: 7 }`)
  await using lesson = await visited()

  await lesson.says('Task failed')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  expect(lesson.errors).toBe('app | Lesson 1: Task failed: counter: { code: 7 }\n')
})

const ada = new URLSearchParams({ username: 'ada', email: 'ada@example.org' })
const learnersTasks: [number: number, file: string, from: string, task: string, ...string[]][] = [
  [2, '02-slow-api/tasks.ts', 'const text = await response.text()', 'callSlowService', '/submit'],
  [2, '02-slow-api/tasks.ts', 'for (let attempt', 'callSlowService', '/submit'],
  [3, '03-ordered-tasks/tasks.ts', 'await mail.sendMail', 'sendWelcomeEmail', '/signup'],
  [4, '04-workers/tasks.ts', 'let count = 0', 'countPrimes', '/here'],
  [4, '04-workers/tasks.ts', 'let count = 0', 'countPrimes', '/workers'],
]
for (const [number, file, from, task, path = ''] of learnersTasks)
  test(`a task of lesson ${number} that throws is one line with its place, too: ${from}, ${path}`, async () => {
    const code = `if (Bun.main) throw new RangeError('too\\nmany')\n${from}`
    const where = await change(from, code, `lessons/${file}`)
    const form = number === 3 ? { body: ada } : {}
    await using lesson = await visited(number, path, { method: 'POST', ...form })

    await lesson.says(`${task} failed`)
    lesson.signal('SIGINT')

    expect(await lesson.ended()).toBe(0)
    expect(lesson.errors.replace(/^app +/, 'app ')).toMatch(
      line(
        `Lesson ${number}: ${task} failed: ${number === 2 && from.startsWith('const') ? '' : 'RangeError: '}too many`,
        where,
      ),
    )
    await change(from, from, `lessons/${file}`)
  })

test('a job of lesson 5 that throws is a line for each attempt, with its place', async () => {
  const file = 'lessons/05-queue/tasks.ts'
  const where = await change('if (/@bounce', `throw new RangeError('too many') //`, file)
  await using lesson = await visited(5, '/signup', { method: 'POST', body: ada })

  await lesson.says('attempt 2 of 5')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  const [first = ''] = lesson.errors.split(/(?<=\n)/)
  expect(first).toMatch(
    line('Lesson 5: sendWelcomeEmail, attempt 1 of 5: RangeError: too many', where),
  )
  await change('export', 'export', file)
})

test('what fails in the code of others is one line without a place', async () => {
  const body = new URLSearchParams({ username: 'ada', email: 'ada@bounce.test' })
  await using lesson = await visited(3, '/signup', { method: 'POST', body })

  await lesson.says('sendWelcomeEmail failed')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  expect(lesson.errors).toBe(
    "app  | Lesson 3: sendWelcomeEmail failed: Can't send mail - all recipients were rejected: 550 no such mailbox\n",
  )
})

test('a handler that throws is one line', async () => {
  const where = await change('// Not called here', `throw new Error('no page') //`)
  await using lesson = await visited()

  await lesson.says('no page')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  expect(lesson.errors).toMatch(line('Lesson 1: no page', where))
})

for (const [what, from, code, sentence] of [
  ['a syntax error', 'let i = 0; i <', 'let i = 0 i <', 'Expected ";" but found "i"'],
  [
    'an exception at the start',
    'if (import.meta',
    `throw new Error('boom')\nif (import.meta`,
    'boom',
  ],
] as const)
  test(`${what} ends the lesson with its sentence and its place`, async () => {
    const where = await change(from, code)
    await using lesson = run(1)

    expect(await lesson.ended()).toBe(1)
    const [said = '', ended] = lesson.errors.split('\n\n')
    expect(`${said}\n`).toMatch(line(`Lesson 1: ${sentence}`, where))
    // Once is enough.
    expect(ended).toBe(`app ended with exit code 1. It has said why above.\n${end}`)
  })

test('a module that is not there is named', async () => {
  await change(`'../../core'`, `'../../cor'`)
  await using lesson = run(1)

  expect(await lesson.ended()).toBe(1)
  expect(lesson.errors).toStartWith(
    `app | Lesson 1: Cannot find module '../../cor' imported from ${app}\n`,
  )
})

for (const [what, code] of [
  ['a promise that nobody awaits', `void Promise.reject(new Error('lost'))`],
  ['a timer', `setTimeout(() => { throw new Error('lost') })`],
])
  test(`what is thrown through ${what} ends the lesson in the same way`, async () => {
    const where = await change('console.log(i)', code!)
    await using lesson = await visited()

    expect(await lesson.ended()).toBe(1)
    expect(lesson.errors).toStartWith(`app | Lesson 1: lost (${where}`)
    expect(lesson.errors).not.toContain('    at ')
  })

test('folders that cannot be used are named, with what to do', async () => {
  const nowhere = { HOME: '/dev/null', XDG_STATE_HOME: '/dev/null', TMPDIR: '/dev/null' }
  await using lesson = run(5, { ...nowhere, QUEUE_FILE: '' })

  expect(await lesson.ended()).toBe(1)
  expect(lesson.errors).toStartWith('app | Neither /dev/null/background-tasks-lesson-5 nor ')
  expect(lesson.errors).toContain('can be made. QUEUE_FILE names another file.')
  expect(lesson.errors).not.toContain('    at ')
})

describe('Output that cannot be written', () => {
  const hasFull = existsSync('/dev/full')
  const shell = { executable: Bun.which('sh') ?? '/bin/sh', cwd: root }
  const inShell = (behind: string, ...args: string[]) =>
    new Program(
      ['-c', `"$0" "$@" ${behind}`, process.execPath, 'lessons/kit/kit.ts', ...args],
      freePorts(),
      shell,
    )

  test('because nobody reads on ends the lesson with a sentence', async () => {
    await using lesson = inShell('| head -1', 'lesson', '1')

    await lesson.ended()

    expect(lesson.output).toBe('Lesson 1: A simple counter\n')
    expect(lesson.errors).toBe(
      `\nWhat is printed cannot be written: EPIPE: broken pipe, write.\n${end}`,
    )
  })

  test.skipIf(!hasFull)('because the disk is full ends the lesson with a sentence', async () => {
    await using lesson = inShell('> /dev/full', 'lesson', '1')

    expect(await lesson.ended()).toBe(1)
    expect(lesson.errors).toBe(
      `\nWhat is printed cannot be written: ENOSPC: no space left on device, write.\n${end}`,
    )
  })

  test.skipIf(!hasFull)('is a sentence for the list of lessons too', async () => {
    await using list = inShell('> /dev/full', 'lesson')

    expect(await list.ended()).toBe(1)
    expect(list.errors).toBe(
      'What is printed cannot be written: ENOSPC: no space left on device, write.\n',
    )
  })
})

for (const args of [[], ['1', 'nope']])
  test(`kit process ${args.join(' ')} is no verb for people`, async () => {
    await using kit = new Program(['lessons/kit/kit.ts', 'process', ...args])

    expect(await kit.ended()).toBe(2)
    expect(kit.errors).toStartWith('There is no verb process. The verbs are lesson, ')
    expect(kit.errors).toEndWith('. Try: bun run lesson 1\n')
  })

/** The one line that a process of lesson 1 has printed. */
function line(sentence: string, where: string): RegExp {
  return new RegExp(`^app \\| ${RegExp.escape(`${sentence} (${where}`)}\\d+\\)\\n$`)
}

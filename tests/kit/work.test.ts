/** `work 1` in a copied kit, with files written as editors write them. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { isAlive } from '../support/processes'
import { freePorts, type Program } from '../support/program'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

const slug = '01-simple-counter'
const unsolved = '✗ lesson 1: The visitor waited'
const solved = 'Lesson 1 is solved. Next: bun run lesson 2\n'
const ready = 'app | Ready at '

let workspace: Workspace
let app: string
let solution: string
let start: string
let ports: ReturnType<typeof freePorts>

beforeEach(() => {
  workspace = new Workspace()
  app = workspace.path(slug, 'exercise/app.tsx')
  solution = readFileSync(workspace.path(slug, 'solution/app.tsx'), 'utf8')
  start = readFileSync(workspace.path(slug, 'start/app.tsx'), 'utf8')
  ports = freePorts()
})
afterEach(() => workspace[Symbol.dispose]())

/** The exercise, started and checked once. */
async function work(lesson = 1): Promise<Program> {
  return workspace.kit(['work', String(lesson)], ports).says(`✗ lesson ${lesson}:`)
}

/** Resolves when `text` has been printed `times` times. */
function says(program: Program, text: string, times: number): Promise<unknown> {
  return until(`"${text}" is printed ${times} times`, () => count(program, text) >= times)
}

function count(program: Program, text: string): number {
  return `${program.output}${program.errors}`.split(text).length - 1
}

test('the exercise is made, runs, and is checked; what to do stands at the top', async () => {
  await using kit = await work()

  const answer = await fetch(`http://127.0.0.1:${ports.PORT}/page.css`)

  expect(kit.output).toMatch(
    new RegExp(
      `^Exercise 1: A simple counter\n  lessons/${slug}/exercise/app.tsx:\\d+  TODO 1: .*\n` +
        `  http://127.0.0.1:${ports.GUIDE_PORT}  the guide\n` +
        `  http://127.0.0.1:${ports.PORT}  the page\n`,
    ),
  )
  expect(kit.output).toContain(unsolved)
  expect(kit.output).not.toContain('Keys:')
  expect(answer.status).toBe(200)
  expect(readFileSync(app, 'utf8')).toBe(start)
})

test('what a reset has kept is no file to edit', async () => {
  mkdirSync(dirname(app), { recursive: true })
  writeFileSync(app, `${start}\n// ours`)
  await using reset = workspace.kit(['reset', '1'], ports)
  expect(await reset.ended()).toBe(0)

  await using kit = await work()

  expect(kit.output.match(/TODO 1/g)).toHaveLength(1)
  expect(kit.output).not.toContain('before-reset')
})

const ways: [way: string, save: (text: string) => void][] = [
  ['in place', (text) => writeFileSync(app, text)],
  [
    'under another name that is renamed over it',
    (text) => {
      writeFileSync(`${app}.tmp`, text)
      renameSync(`${app}.tmp`, app)
    },
  ],
  [
    'as vim does, with a backup beside it',
    (text) => {
      renameSync(app, `${app}~`)
      writeFileSync(app, text)
      unlinkSync(`${app}~`)
    },
  ],
  [
    'in two halves',
    (text) => {
      writeFileSync(app, text.slice(0, text.length / 2))
      writeFileSync(app, text)
    },
  ],
  [
    'by deleting it and making it anew',
    (text) => {
      unlinkSync(app)
      writeFileSync(app, text)
    },
  ],
]
test.each(ways)('a save %s is one restart and one check', async (_, save) => {
  await using kit = await work()

  save(solution)
  await kit.says(solved)

  expect(count(kit, 'app.tsx is saved\n')).toBe(1)
  expect(count(kit, ready)).toBe(2)
  expect(kit.output).not.toContain('ended')
})

test('two saves in a burst are one restart, of the last text', async () => {
  await using kit = await work()

  writeFileSync(app, 'const\n')
  writeFileSync(app, solution)
  await kit.says(solved)

  expect(count(kit, 'app.tsx is saved\n')).toBe(1)
  expect(kit.errors).toBe('')
})

test('a save that changes nothing, and a file that is no source, start nothing', async () => {
  await using kit = await work()

  writeFileSync(app, start)
  writeFileSync(workspace.path(slug, 'exercise/.app.tsx.swp'), 'x')
  writeFileSync(workspace.path(slug, 'exercise/4913'), '')
  writeFileSync(workspace.path(slug, 'exercise/own.ts'), '// mine\n')
  await kit.says('own.ts is saved\n')
  await says(kit, unsolved, 2)

  expect(count(kit, 'saved')).toBe(1)
})

test('a save during a check drops that check', async () => {
  await using kit = await work()

  writeFileSync(app, start.replace('await counter(4)', 'await new Promise(() => {})'))
  await says(kit, ready, 2) // and now the check waits for a page that never comes
  writeFileSync(app, solution)
  await kit.says(solved)

  expect(count(kit, '✗')).toBe(1)
})

test('an app that never listens does not hold up the next save', async () => {
  await using kit = await work()
  const before = kit.children

  writeFileSync(app, 'while (true) {}\n')
  await kit.says('app.tsx is saved')
  await until('the first app is gone, another runs', () => {
    const now = kit.children
    return now.length === before.length && now.every((pid) => !before.includes(pid))
  })
  writeFileSync(app, solution)

  await kit.says(solved)
})

test('a syntax error is a sentence with file and line, and the next save is waited for', async () => {
  await using kit = await work()

  writeFileSync(app, `${start}const x = ;\n`)
  await kit.says('It waits for the next save.')
  const line = start.split('\n').length
  expect(kit.errors).toBe(
    `app | Lesson 1: lessons/${slug}/exercise/app.tsx:${line} cannot be read: Unexpected ;.\n`,
  )
  writeFileSync(app, solution)

  await kit.says(solved)
})

test.each([
  [
    'that is empty',
    '',
    'app.tsx exports nothing. To have its first text back: bun run kit reset 1',
  ],
  ['without start', 'export const app = 1\n', 'app.tsx exports app, and no start. Leave the word'],
  [
    'whose import is not there',
    "import { no } from './no'\nno()\n",
    `lessons/${slug}/exercise/app.tsx:1 imports './no', which is not there.\n`,
  ],
])('a file %s is a sentence, and the next save is waited for', async (_, text, sentence) => {
  await using kit = await work()

  writeFileSync(app, text)
  await kit.says('It waits for the next save.')
  expect(kit.errors).toStartWith(`app | Lesson 1: ${sentence}`)
  expect(kit.errors.trim().split('\n')).toHaveLength(1)
  writeFileSync(app, solution)

  await kit.says(solved)
})

test('an app that ends later is named, and the next save starts it again', async () => {
  await using kit = await work()

  writeFileSync(app, `${start}\nsetTimeout(() => process.exit(3), 50)\n`)
  await kit.says('app ended with exit code 3. It waits for the next save.')
  writeFileSync(app, solution)

  await kit.says(solved)
  expect((await fetch(`http://127.0.0.1:${ports.PORT}/page.css`)).status).toBe(200)
})

test('a folder that is deleted and made anew is watched all the same, and that is said', async () => {
  await using kit = await work()

  rmSync(workspace.path(slug, 'exercise'), { recursive: true })
  await kit.says('we look every half second')
  mkdirSync(workspace.path(slug, 'exercise'))
  writeFileSync(app, solution)

  await kit.says(solved)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} stops everything, in the middle of a task too`, async () => {
    const kit = await work(2)
    const children = kit.children
    expect(children).toHaveLength(2)
    await fetch(`http://127.0.0.1:${ports.PORT}/submit`, { method: 'POST' }).catch(() => {})

    kit.signal(signal)

    expect(await kit.ended()).toBe(0)
    expect(children.filter(isAlive)).toEqual([])
    expect(kit.output).toEndWith('Nothing of the exercise is left running.\n')
  })

test('killed with -9, it leaves nothing behind', async () => {
  const kit = await work(2)
  const children = kit.children

  kit.signal('SIGKILL')

  await kit.ended()
  await until('its processes are gone', () => !children.some(isAlive))
})

test('beside a lesson in another terminal, it says once which command takes other ports, and ends', async () => {
  await using lesson = await workspace.kit(['lesson', '2'], ports).says('Ctrl-C stops everything')
  await using kit = workspace.kit(['work', '2'], ports)

  expect(await kit.ended()).toBe(1)
  const [PORT, SLOW_PORT, GUIDE_PORT] = [ports.PORT, ports.SLOW_PORT, ports.GUIDE_PORT].map(Number)
  expect(kit.output).toBe('')
  expect(kit.errors).toMatch(
    new RegExp(
      `^Port ${PORT} is in use already. Port ${SLOW_PORT} is in use already. ` +
        'Choose others: PORT=(\\d+) SLOW_PORT=(\\d+) GUIDE_PORT=(\\d+) bun run kit work 2\n' +
        'If a lesson in another terminal has them, Ctrl-C ends it there.\n$',
    ),
  )
  const others = [...kit.errors.matchAll(/_?PORT=(\d+)/g)].map(([, port]) => Number(port))
  expect(others).not.toContainAnyValues([PORT, SLOW_PORT, GUIDE_PORT])
  expect(lesson.output).toContain('the guide')
})

test('a port that is none is a sentence, and no save is waited for', async () => {
  await using kit = workspace.kit(['work', '1'], { ...ports, PORT: 'x' })

  expect(await kit.ended()).toBe(1)
  expect(kit.errors).toBe('PORT must be a port from 1 to 65535, got "x".\n')
})

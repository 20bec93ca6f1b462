/** What every lesson's folder promises: short files, few imports, and a page whose output is a real one. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { Program, startLesson } from '../support/program'
import { beginningOfASecond, until } from '../support/until'

setDefaultTimeout(30_000)

const root = join(import.meta.dir, '../../lessons')
const read = (...path: string[]) => Bun.file(join(root, ...path)).text()
const folders = readdirSync(root)
  .filter((name) => /^\d/.test(name))
  .sort()
const { scripts } = (await Bun.file(join(root, '../package.json')).json()) as { scripts: object }
const verbs = await verbsOfKit()
const usualPorts = new Map([
  ['PORT', 3000],
  ['SLOW_PORT', 8123],
  ['SMTP_PORT', 2525],
  ['INBOX_PORT', 8025],
  ['RECEIVER_PORT', 8026],
  ['GUIDE_PORT', 3001],
])

test('the manifest names the folders in order', () => {
  expect(lessons.map(({ slug }) => slug)).toEqual(folders)
  expect(lessons.map(({ number }): number => number)).toEqual(
    folders.map((name) => parseInt(name, 10)),
  )
})

describe.each(folders)('%s', (folder) => {
  // A check is not read on a projector. What else is needed of it stands in exercises.test.ts.
  const files = readdirSync(join(root, folder)).filter((name) =>
    /(?<!\.test)\.(tsx?|html|js)$/.test(name),
  )

  test.each(files)('%s is at most 80 lines of 72 columns', async (file) => {
    const lines = (await read(folder, file)).trimEnd().split('\n')

    expect(lines.length).toBeLessThanOrEqual(80)
    expect(lines.filter((line) => line.length > 72)).toEqual([])
  })

  test.each(files)(
    '%s imports packages, core, what lessons share and its own folder only',
    async (file) => {
      const imports = [...(await read(folder, file)).matchAll(/from '([^']+)'/g)]
      const strangers = imports
        .map(([, path]) => path ?? '')
        .filter(
          (path) =>
            path.startsWith('.') &&
            !/^(\.\.\/\.\.\/core(\/\w+){0,2}|\.\.\/(page|mail-server)|\.\/[\w-]+(\.html|\.js)?)$/.test(
              path,
            ),
        )

      expect(strangers).toEqual([])
    },
  )

  test('its README links to the lines of the library that it is about', async () => {
    const text = await read(folder, 'README.md')
    const links = [...text.matchAll(/\[`(\w+)`\]\((\.\.\/\.\.\/core\/[\w/]+\.ts)#L(\d+)-L(\d+)\)/g)]

    expect(links.length).toBeGreaterThan(0)
    for (const [link, name = '', file = '', first, last] of links) {
      const lines = (await read(folder, file)).split('\n').slice(Number(first) - 1, Number(last))
      expect([link, lines.length]).toEqual([link, Number(last) - Number(first) + 1])
      expect(lines.length).toBeLessThanOrEqual(25)
      expect([link, lines.join('\n').includes(name)]).toEqual([link, true])
      // A whole piece: it begins with its comment or its head, and ends with its brace.
      expect([link, lines[0]?.trim() !== '', /^\s*\}[),]*$/.test(lines.at(-1) ?? '')]).toEqual([
        link,
        true,
        true,
      ])
    }
  })

  test('its README has at most 450 words beside its output, and none that belittles', async () => {
    const text = await read(folder, 'README.md')
    const prose = text.replaceAll(/```text.*?```/gs, '')

    expect(prose.match(/[\p{L}\p{N}]+(?:[^\s|]*[\p{L}\p{N}])?/gu)!.length).toBeLessThanOrEqual(450)
    expect(text).not.toMatch(/\b(simply|just|easy|easily|obviously)\b/i)
  })

  test('its README has the parts of every lesson, in their order', async () => {
    const text = await read(folder, 'README.md')
    const number = parseInt(folder, 10)
    const parts = [
      new RegExp(`^# ${number}\\. `),
      /^\d+ minutes\. /m,
      /^\*\*We make\*\* /m,
      /^\*\*Predict\.\*\* .*\n\n- /m,
      /^\*\*Run\*\*/m,
      new RegExp(`^\\$ bun run lesson ${number}$`, 'm'),
      /^\*\*Notice\*\* /m,
      /^\|.* FastHTML.* \| here +\|$/m,
      /^\*\*Change\.?\*\* /m,
      /^\*\*Exercise\.\*\* /m,
      new RegExp(`^bun run kit work ${number}$`, 'm'),
      /^\*\*What broke\?\*\* /m,
      /^\*\*Key points\*\*$/m,
      /^In the library: /m,
    ]

    const places = parts.map((part) => text.search(part))
    expect(parts.filter((_, index) => (places[index] ?? -1) < 0)).toEqual([])
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(text.match(/\*\*Key points\*\*\n\n((?:- .*\n)+)/)?.[1]?.match(/^- /gm)).toHaveLength(3)
    expect(text.trimEnd().split('\n').at(-1)).toStartWith('In the library: ')
  })

  test.each(['README.md', 'hints.md', 'notes.md', 'wrong/README.md'])(
    'every command and every link in its %s leads somewhere',
    async (page) => {
      const text = (await read(folder, page)).replaceAll(
        /^(app|mail|receiver|slow-api|consumer-\d) +\|.*/gm,
        '',
      )

      for (const [, script = '', verb = '', argument] of text.matchAll(
        /\bbun run ([\w:-]+)(?: (\w+))?(?: (\d))?/g,
      )) {
        expect(Object.keys(scripts)).toContain(script)
        if (script === 'kit') expect(verbs).toContain(verb)
        const lesson = script === 'lesson' ? verb : argument
        if (lesson) expect(lessons.map(({ number }) => String(number))).toContain(lesson)
      }
      for (const [, file = ''] of text.matchAll(/\bbun ([\w./-]+\.tsx?)/g))
        expect([file, existsSync(join(root, '..', file))]).toEqual([file, true])
      for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)/g))
        expect([link, link.includes('://') || existsSync(join(root, folder, link))]).toEqual([
          link,
          true,
        ])
    },
  )
})

// Each prediction is asked for before the page is opened: the page asks too, and leaves the answer to what happens.
test.each([
  [1, /only begun|complete/],
  [2, /does not wait|one row|UNIQUE/],
  [3, /skipped|hears nothing/],
  [4, /everybody waits|nobody waits|nobody else|freezes/],
  [5, /outlive|none lost/],
  [6, /next change|sees nothing/],
] as const)('the page of lesson %p does not tell what to predict', async (number, answer) => {
  await using lesson = await startLesson(number, { REDIS_URL: '' })

  expect(await (await fetch(lesson.address)).text()).not.toMatch(answer)
  lesson.signal('SIGKILL') // asked to stop, lesson 1 would count to the end
})

describe('the output in the README is what a run prints', () => {
  test('lesson 1', async () => {
    await using lesson = await startLesson(1)

    await fetch(lesson.address)
    await lesson.says('app | 1\n')

    const promised = await outputIn('01-simple-counter')
    expect(promised).toStartWith(withUsualPorts(lesson))
    expect(promised).toEndWith('app | 0\napp | 1\napp | 2\napp | 3\napp | 4\n')
    lesson.signal('SIGKILL') // asked to stop, it would count to the end
  })

  test('lesson 2', async () => {
    await using lesson = await startLesson(2, { SLOW_DELAY: '200' })

    await beginningOfASecond()
    for (let press = 0; press < 3; press++)
      await fetch(`${lesson.address}/submit`, { method: 'POST' })
    await lesson.says('No. 3: answered')
    await until('two have failed', () => lesson.errors.match(/addBySecond failed/g)?.length === 2)

    // Three answers that come together are printed in any order.
    const sorted = (text: string) => timeless(text).split('\n').toSorted()
    expect(sorted(withUsualPorts(lesson) + lesson.errors)).toEqual(
      sorted(await outputIn('02-slow-api')),
    )
  })

  test('lesson 3', async () => {
    await using lesson = await startLesson(3)

    for (const [email, end] of [
      ['ada@example.org', 'caught a mail for admin@workshop.test'],
      ['ada@bounce.test', 'refused ada@bounce.test'],
    ] as const) {
      const body = new URLSearchParams({ username: 'ada', email })
      await fetch(`${lesson.address}/signup`, { method: 'POST', body })
      await lesson.says(end)
    }
    await lesson.says('sendWelcomeEmail failed:')

    // A terminal shows both streams; the failure is the last thing on it.
    expect(withUsualPorts(lesson) + lesson.complaints).toBe(await outputIn('03-ordered-tasks'))
  })

  test('lesson 4', async () => {
    await using lesson = await startLesson(4)

    for (const [path, end] of [
      ['workers', '348513 primes'],
      ['here', 'countPrimes held the event loop'],
      ['crash', 'crash failed:'],
    ] as const) {
      await fetch(`${lesson.address}/${path}`, { method: 'POST' })
      await lesson.says(end)
    }

    expect(timeless(withUsualPorts(lesson) + lesson.errors)).toBe(
      timeless(await outputIn('04-workers')),
    )
  })

  test('lesson 5', async () => {
    await using lesson = await startLesson(5, { MAIL_TAKES: '800', REDIS_URL: '' })

    for (const name of 'abcdefgh') {
      const body = new URLSearchParams({ username: name, email: `${name}@example.org` })
      await fetch(`${lesson.address}/signup`, { method: 'POST', body })
    }
    await until('four are done and four run', async () => {
      const state = await (await fetch(`${lesson.address}/state`)).text()
      return /^(?=(.*status running){4})(.*status succeeded){4}/s.test(state)
    })
    await fetch(`${lesson.address}/kill`, { method: 'POST' })
    await until('four run again', () => lesson.output.match(/, run 2/g)?.length === 4)

    const run = withUsualPorts(lesson).replaceAll(lesson.temporary, '/home/ada/.local/state')
    expect(nameless(run)).toBe(nameless(await outputIn('05-queue')))
  })
  test('lesson 6', async () => {
    await using lesson = await startLesson(6, { MAIL_TAKES: '400' })

    const form = await (await fetch(lesson.address)).text()
    const body = new FormData()
    body.set('addresses', /<textarea[^>]*>([^<]*)/.exec(form)?.[1] ?? '')
    const { url } = await fetch(`${lesson.address}/mailings`, { method: 'POST', body })
    const hook = `http://127.0.0.1:${lesson.ports.RECEIVER_PORT}/hook`
    await fetch(`${url}/webhook`, { method: 'POST', body: new URLSearchParams({ url: hook }) })
    await lesson.says('taken: ')

    expect(withUsualPorts(lesson)).toBe(await outputIn('06-notify'))
  })
})

/** As its help names them. */
async function verbsOfKit(): Promise<string[]> {
  const kit = new Program(['lessons/kit/kit.ts', '--help'])
  await kit.ended()
  return [...kit.output.matchAll(/^ {2}(\w+)/gm)].map(([, verb = '']) => verb)
}

/** The output that a README shows, without the command. */
async function outputIn(folder: string): Promise<string> {
  const block = /```text\n\$ bun run lesson \d\n(.*?)```/s.exec(await read(folder, 'README.md'))
  return block?.[1] ?? ''
}

type RunningLesson = Awaited<ReturnType<typeof startLesson>>

function withUsualPorts({ output, ports }: RunningLesson): string {
  let text = output
  for (const [variable, port] of Object.entries(ports))
    text = text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${usualPorts.get(variable)}`)
  return text
}

function timeless(text: string): string {
  return text.replaceAll(/\b(at|for) \d+( ms)?/g, '$1 …')
}

function nameless(text: string): string {
  return text.replaceAll(/\w+@example/g, '…@example')
}

/**
 * The lessons as one file: built from sources that are gone, run where there is nothing else, not even a network. It is
 * binary.test.ts that runs this, in a network namespace if the system lets it.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { collectLicences } from '../../lessons/kit/bundle'
import { hasRedis, RedisServer } from '../core/queue/redis'
import { bitmap, upload } from '../support/picture'
import { isAlive } from '../support/processes'
import { freePorts, Program, startLesson } from '../support/program'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

setDefaultTimeout(60_000)

const root = join(import.meta.dir, '../..')
const sources = [
  'core',
  'lessons',
  'node_modules',
  'package.json',
  'tsconfig.json',
  'bun.lock',
  'LICENSE',
]
const folder = mkdtempSync(join(tmpdir(), 'kit-'))
const home = join(folder, 'somewhere else')
const executable = join(folder, 'kit')
const binary = { executable, cwd: home }
const workshop = join(folder, 'ein Ordner für alle')
const ejected = { executable: join(workshop, 'kit'), cwd: workshop }
/** No Bun on the PATH, and no packages in the home folder. */
const bare = { PATH: '', HOME: home, POLL_EVERY: '300ms', SLOW_DELAY: '200' }

/** How a build ends when a package has no text of its licence. */
let withoutLicence: Awaited<ReturnType<typeof build>>

beforeAll(async () => {
  mkdirSync(home)
  // What other people configure in a folder is not for us.
  await Bun.write(join(home, '.env'), 'PORT=1\nPRIMES_UP_TO=1\n')
  await Bun.write(join(home, 'bunfig.toml'), 'preload = ["./missing.ts"]\n')
  const copy = join(folder, 'sources')
  for (const name of sources)
    cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true })
  const licence = join(copy, 'node_modules/ms/license.md')
  const hidden = join(copy, 'node_modules/ms/hidden')
  renameSync(licence, hidden)
  withoutLicence = await build(copy)
  renameSync(hidden, licence)
  const { code, printed, errors } = await build(copy)
  if (code !== 0) throw new Error(errors)
  expect(printed).toMatch(/^dist\/kit: \d+\.\d MB, built in \d+\.\d s\.\n\nNext: \.\/dist\/kit/)
  renameSync(join(copy, 'dist/kit'), executable)
  rmSync(copy, { recursive: true })
  const eject = new Program(['eject', workshop], bare, binary)
  if ((await eject.ended()) !== 0) throw new Error(eject.errors)
})

afterAll(() => rmSync(folder, { recursive: true }))

async function build(copy: string) {
  await using builder = Bun.spawn([process.execPath, 'lessons/kit/build.ts'], {
    cwd: copy,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [printed, errors] = await Promise.all([
    new Response(builder.stdout).text(),
    new Response(builder.stderr).text(),
  ])
  return { code: await builder.exited, printed, errors }
}

const isCut = process.env['NETWORK_IS_CUT'] === 'yes'

test.skipIf(!isCut)('nothing can be reached from here', async () => {
  const began = performance.now()

  // An address that is kept for documentation.
  const error: unknown = await fetch('http://192.0.2.1').catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({ code: 'ENETUNREACH' })
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(Object.keys(networkInterfaces())).toEqual(['lo'])
})

test('without a verb, the lessons are listed with the next command to type', async () => {
  const kit = new Program([], bare, binary)

  expect(await kit.ended()).toBe(0)
  for (const { number, title } of lessons) expect(kit.output).toContain(`  ${number}  ${title}`)
  expect(kit.output).toEndWith(`Next: ${executable} lesson 1\n`)
})

test('what has to be passed on with it is in it', async () => {
  const kit = new Program(['licences'], bare, binary)

  expect(await kit.ended()).toBe(0)
  expect(kit.output).toBe(`${await collectLicences()}\n`)
})

test('it is not built with a package that has no text of its licence', () => {
  const { code, printed, errors } = withoutLicence

  expect([code, printed]).toEqual([1, ''])
  expect(errors).toStartWith('ms 2.1.3 (MIT) has no file with its licence in ')
  expect(errors).toEndWith('Take another version or another package.\n')
})

test('alone it has hints and notes, and says where exercises are', async () => {
  const [hint, notes, check] = [
    ['hint', '1'],
    ['notes', '5'],
    ['check', '1'],
  ].map((args) => new Program(args, bare, binary))

  expect(await hint?.ended()).toBe(0)
  expect(hint?.output).toStartWith('Hint 1 of 3\n')
  expect(hint?.output).toEndWith(`The next one: ${executable} hint 1 2\n`)
  expect(await notes?.ended()).toBe(0)
  expect(notes?.output.split('\n').length).toBeGreaterThan(5)
  expect(await check?.ended()).toBe(1)
  expect(check?.errors).toBe(
    `There is no workspace here yet, so there is no exercise. It is made by: ${executable} work 1\n`,
  )
})

test("in the kit's folder it runs and checks an exercise, and leaves nothing behind", async () => {
  using workspace = new Workspace()
  const place = { executable, cwd: workspace.folder }
  await using work = new Program(['work', '1'], { ...bare, ...freePorts() }, place)

  await work.says(`(${executable} hint 1)`)
  expect(work.output).toContain('✗ lesson 1: ')
  const solution = new Program(['solution', '1', '--yes'], bare, place)
  expect(await solution.ended()).toBe(0)
  await work.says('Lesson 1 is solved.')
  const { children } = work
  work.signal('SIGINT')

  expect(await work.ended()).toBe(0)
  expect(children.filter(isAlive)).toEqual([])
})

const mistakes: [args: string[], sentence: string, nearest: number][] = [
  [['lessn', '3'], 'There is no verb lessn.', 3],
  [['2'], 'There is no verb 2.', 2],
  [['workers'], 'There is no verb workers.', 4],
  [['lesson', '99'], 'There is no lesson 99.', lessons.length],
]
for (const [args, sentence, nearest] of mistakes)
  test(`a mistake is named with what was probably meant: ${args.join(' ')}`, async () => {
    const kit = new Program(args, bare, binary)

    expect(await kit.ended()).toBe(2)
    expect(kit.errors).toStartWith(sentence)
    expect(kit.errors).toEndWith(`Try: ${executable} lesson ${nearest}\n`)
  })

test('what goes wrong is a sentence: no trace, and no line of the source that is in the file', async () => {
  const ports = freePorts()
  const nowhere = {
    ...bare,
    ...ports,
    HOME: '/dev/null',
    XDG_STATE_HOME: '/dev/null',
    TMPDIR: '/dev/null',
  }
  const lesson = new Program(['lesson', '5'], nowhere, binary)
  const verb = new Program(['process'], bare, binary)

  expect(await lesson.ended()).toBe(1)
  expect(lesson.errors).toContain('app | Neither /dev/null/background-tasks-lesson-5 nor ')
  expect(lesson.errors).not.toMatch(/\$bunfs|    at |Bun v/)
  expect(await verb.ended()).toBe(2)
  expect(verb.errors).toStartWith('There is no verb process.')
})

for (const { how, place, hasSources } of [
  { how: 'Alone', place: binary, hasSources: false },
  { how: 'In the workspace that it has written', place: ejected, hasSources: true },
])
  describe(how, () => {
    const start = (lesson: number) => startLesson(lesson, bare, place)

    test('lesson 1 shows its page and counts; killed, it leaves nothing behind', async () => {
      await using lesson = await start(1)
      const { children } = lesson

      const page = await text(lesson.address)

      expect(page).toContain('<h1>Simple Background Task Example</h1>')
      expect(await text(`${lesson.address}/htmx.js`)).toContain('htmx')
      expect(await text(`${lesson.address}/page.css`)).toContain('color-scheme')
      await lesson.says('app | 1')
      lesson.signal('SIGKILL')
      await until('its processes are gone', () => !children.some(isAlive))
    })

    test('lesson 2 turns a press into a row that is done', async () => {
      await using lesson = await start(2)

      await press(`${lesson.address}/submit`)

      await until('the row is done', async () =>
        (await text(`${lesson.address}/responses`)).includes('status done'),
      )
      await stop(lesson)
    })

    test('lesson 3 sends mail, and skips what comes behind a refused one', async () => {
      await using lesson = await start(3)
      const signUp = (email: string) =>
        press(`${lesson.address}/signup`, new URLSearchParams({ username: 'ada', email }))

      await signUp('ada@example.org')
      await lesson.says('mail | caught a mail for admin@workshop.test')
      expect(await text(`${lesson.inbox}/mails`)).toContain('ada has signed up.')

      await signUp('ada@bounce.test')
      await lesson.says('app  | Lesson 3: sendWelcomeEmail failed:')
      expect(await text(`${lesson.address}/tasks`)).toContain('status skipped')
      await stop(lesson)
    })

    test('the guide shows a lesson, its code, its terminal and its lanes', async () => {
      await using lesson = await start(3)
      const origin = `http://127.0.0.1:${lesson.ports.GUIDE_PORT}`
      const page = await (await fetch(origin)).text()

      expect(lesson.output).toContain(`Open\n  ${origin}  the guide\n  ${lesson.address}  `)
      expect(page).toContain('<h2>3. Ordered tasks</h2>')
      expect(page).toContain('<span class="call">sendWelcomeEmail</span>')
      expect(page).toContain('id="core/tasks.ts-L131"')
      for (const script of ['lanes.js', 'lanes.css', 'guide.css', 'terminal.js'])
        expect((await (await fetch(`${origin}/${script}`)).text()).length).toBeGreaterThan(500)
      const { body } = await fetch(`${origin}/live`)
      for await (const told of body!.pipeThrough(new TextDecoderStream()))
        if (told.includes('Catching mail on')) break
    })

    test('lesson 4 computes on the event loop and on workers, survives a crash, makes thumbnails', async () => {
      await using lesson = await start(4)
      const showsThat = (what: string, path: string, sign: string) =>
        until(what, async () => (await text(lesson.address + path)).includes(sign))

      await press(`${lesson.address}/workers`)
      await showsThat('a worker runs', '/tasks', 'status running')
      expect(await text(`${lesson.address}/ping`)).toBe('pong')
      await press(`${lesson.address}/here`)
      await lesson.says('[background] countPrimes held the event loop for')
      await press(`${lesson.address}/crash`)
      await showsThat('the crash', '/tasks', 'WorkerError: crash did not finish')
      await fetch(`${lesson.address}/pictures`, upload(new File([bitmap(640, 480)], 'sea.bmp')))
      await showsThat('all thumbnails', '/pictures', '100 %')

      const [source] = /\/thumbnails\/\d+\/256/.exec(await text(`${lesson.address}/pictures`)) ?? []
      const thumbnail = await (await fetch(lesson.address + source)).arrayBuffer()
      expect(await new Bun.Image(thumbnail).metadata()).toMatchObject({
        width: 256,
        format: 'webp',
      })
      expect(lesson.output).toContain('app | 348513 primes up to 5000000')
      await stop(lesson)
    })

    test('lesson 6 sends a mailing, says how it stands, and calls the receiver', async () => {
      await using lesson = await startLesson(6, { ...bare, MAIL_TAKES: '300' }, place)
      const addresses = 'ada@example.org\neve@bounce.test\nbob@example.org'
      const { url } = await fetch(`${lesson.address}/mailings`, {
        method: 'POST',
        body: new URLSearchParams({ addresses }),
      })
      const receiver = `http://127.0.0.1:${lesson.ports.RECEIVER_PORT}/hook`
      await press(`${url}/webhook`, new URLSearchParams({ url: receiver }))

      const events = await text(`${url}/events`)

      expect(events).toContain('event: over\ndata: {"words":"Done: 2 mails sent, 1 refused."}')
      await lesson.says('receiver | taken: Done: 2 mails sent, 1 refused.')
      for (const script of ['htmx-sse.js', 'htmx-ws.js', 'popup.js', 'connection.js'])
        expect((await text(`${lesson.address}/${script}`)).length).toBeGreaterThan(500)
      await stop(lesson)
    })

    for (const engine of ['a file', 'Redis'] as const)
      test.skipIf(engine === 'Redis' && !hasRedis)(
        `lesson 5 is killed in the middle and sends every mail that was stored, with the queue in ${engine}`,
        async () => {
          await using redis = engine === 'Redis' ? await new RedisServer().start() : undefined
          const queue = {
            QUEUE_FILE: join(place.cwd, `${engine}.sqlite`),
            REDIS_URL: redis?.url ?? '',
          }
          const quick = { MAIL_TAKES: '50', BROKER_AWAY: '1000' }
          await using lesson = await startLesson(5, { ...bare, ...queue, ...quick }, place)
          const sent = async () => {
            // Meanwhile the program may be away.
            const page = await text(`${lesson.address}/state`).catch(() => '')
            const [, taken, done, lost] = row.exec(page) ?? []
            return { taken, done: Number(done ?? 0), lost }
          }

          // bull-board is for those who have the sources.
          const hasBoard = hasSources && engine === 'Redis'
          expect((await fetch(`${lesson.address}/board`)).status).toBe(hasBoard ? 200 : 404)
          const isMissed = engine === 'Redis' && !hasSources
          expect(lesson.output.includes('app        | No dashboard')).toBe(isMissed)

          await press(`${lesson.address}/signups`)
          await until('some are sent', async () => (await sent()).done >= 4)
          await fetch(`${lesson.address}/kill`, { method: 'POST' }).catch(() => {})

          await lesson.says('It is started again.')
          if (redis) {
            await press(`${lesson.address}/stop`)
            const isAway = async () => (await text(`${lesson.address}/state`)).includes('is away')
            expect(await isAway()).toBe(true)
            await until('the broker is back', async () => !(await isAway()))
          }
          const isAll = async () => (await sent()).done === 50
          await until('all are sent', isAll, 30_000)
          expect(await sent()).toEqual({ taken: '50', done: 50, lost: '0' })
          await stop(lesson)
        },
      )
  })

/** The numbers of the welcome mails: taken, to do, done, dead letters, lost. */
const row =
  /<th scope="row">welcome.*?<\/th><td>(\d+)<\/td><td>\d+<\/td><td>(\d+)<\/td><td[^>]*>\d+<\/td><td[^>]*>(\d+)</

async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

async function press(address: string, body?: URLSearchParams): Promise<void> {
  const answer = await fetch(address, { method: 'POST', ...(body && { body }) })
  expect(answer.status).toBe(200)
}

/** As Ctrl-C does. */
async function stop(lesson: Program): Promise<void> {
  const { children } = lesson
  expect(children.length).toBeGreaterThan(0)

  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  expect(children.filter(isAlive)).toEqual([])
}

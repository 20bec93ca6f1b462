import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { RedisClient } from 'bun'

import { hasRedis, RedisServer } from '../core/queue/redis'
import { isAlive } from '../support/processes'
import { freePorts, Program, startLesson } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(60_000)

/** The two-user tests act as nobody beside root. */
const other = 65_534
const canBeTwo = process.getuid?.() === 0 && Bun.which('setpriv') !== null
if (!canBeTwo)
  console.warn('Skipped: what another user may do in lesson 5. It needs root and setpriv.')
const asTwoUsers = test.skipIf(!canBeTwo)

type Lesson = Awaited<ReturnType<typeof startLesson>>

let folder: string
let env: Record<string, string>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lesson-5-'))
  env = { QUEUE_FILE: join(folder, 'queue.sqlite'), REDIS_URL: '', MAIL_TAKES: '200' }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('With the queue in a file', () => {
  test('thirty signups are thirty mails, although the program is killed in the middle', async () => {
    await using lesson = await startLesson(5, env)
    const emails = Array.from({ length: 30 }, (_, number) => `${number}@example.org`)
    const answers = await Promise.all(emails.map((email) => signUp(lesson, 'ada', email)))
    expect(answers.map(({ status }) => status)).toEqual(emails.map(() => 200))

    await until('some mails are sent', async () => (await counts(lesson)).welcome.done >= 4)
    const answer = await press(lesson, '/kill')

    expect(answer).toMatch(/kill -9 \d+</)
    await lesson.says('app was killed (SIGKILL). It is started again.')
    const { welcome } = await allDone(lesson, 30)
    expect(welcome).toMatchObject({ taken: 30, lost: 0 })
    // What was in its hands, and nothing else.
    expect(welcome.twice).toBeGreaterThanOrEqual(1)
    expect(welcome.twice).toBeLessThanOrEqual(4)
    expect(lesson.output.match(/, run 2/g)).toHaveLength(welcome.twice)
    expect(mails('welcome')).toEqual(emails.toSorted())
  })

  test('what waits in memory is lost with the program, and counted', async () => {
    await using lesson = await startLesson(5, env)
    expect(await press(lesson, '/signups')).toBe('50 signups stored.')

    await until('a note is sent', async () => (await counts(lesson)).note.done >= 1)
    await press(lesson, '/kill')

    const { welcome, note } = await allDone(lesson, 50)
    expect(welcome).toMatchObject({ taken: 50, lost: 0 })
    expect(note.taken).toBe(50)
    expect(note.lost).toBeGreaterThan(0)
    expect(note.done + note.lost).toBe(50)
  })

  test('what waits at Ctrl-C is done by the next run, and what runs is finished', async () => {
    await using first = await startLesson(5, env)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await signUp(first, name, `${name}@example.org`)
    await until('some run', async () => (await state(first)).includes('status running'))
    first.signal('SIGINT')
    expect(await first.ended()).toBe(0)
    expect(first.complaints).toBe('')
    expect(mails('welcome').length).toBeGreaterThanOrEqual(1)

    await using second = await startLesson(5, env)

    const { welcome, note } = await allDone(second, 6)
    expect(welcome).toEqual({ ...nothing, taken: 6, done: 6 })
    expect(note).toEqual({ ...nothing, taken: 6, done: 6 })
  })

  test('one address is one job, however often it signs up', async () => {
    await using lesson = await startLesson(5, env)

    for (let time = 0; time < 3; time++) await signUp(lesson, 'ada', 'ada@example.org')

    const { welcome } = await allDone(lesson, 1)
    expect(welcome).toEqual({ ...nothing, taken: 1, done: 1 })
  })

  test('a job that fails every time is a dead letter, and another one when it is retried', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/failing')
    await lesson.says('sendWelcomeEmail, attempt 5 of 5: 550 no such mailbox')
    const retry = await until('it is a dead letter', async () => {
      const page = await state(lesson)
      expect(page).toContain('550 no such mailbox')
      return /Dead letters.*attempts: 5.*hx-post="([^"]+)"/.exec(page)?.[1]
    })

    expect(await press(lesson, retry)).toBe('Five more attempts.')

    const lastAttempts = () => lesson.errors.match(/attempt 5 of 5/g)?.length
    await until('it has failed again', () => lastAttempts() === 2)
    await until('it is back', async () => (await state(lesson)).includes(retry))
    const { welcome } = await counts(lesson)
    expect(welcome).toEqual({ ...nothing, taken: 1, dead: 1 })
    expect(await press(lesson, '/retry?id=nothing')).toBe('It is gone.')
  })

  test('markup in a name is shown as text', async () => {
    await using lesson = await startLesson(5, env)
    const name = `<script>alert("x")</script>'`

    const answer = await (await signUp(lesson, name, `o'hara&co@example.org`)).text()

    await allDone(lesson, 1)
    for (const page of [answer, await state(lesson), await text(lesson.address)]) {
      expect(page).not.toContain('<script>alert')
      expect(page).toMatch(/&lt;script(>|&gt;)alert/)
    }
  })

  for (const [name, email] of [
    ['', 'ada@example.org'],
    ['ada', 'ada'],
    ['a'.repeat(41), 'ada@example.org'],
  ] as const)
    test(`what cannot be used is asked for again: ${JSON.stringify([name, email])}`, async () => {
      await using lesson = await startLesson(5, env)

      const answer = await signUp(lesson, name, email)

      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('We need a name and an email address.')
      expect((await counts(lesson)).welcome.taken).toBe(0)
    })

  test('there is no broker to stop and no dashboard, and the page offers neither', async () => {
    await using lesson = await startLesson(5, env)

    expect(await press(lesson, '/stop')).toContain('keeps the jobs itself, in a file')
    expect(await text(lesson.address)).not.toMatch(/dashboard|broker|Redis/)
    expect((await fetch(`${lesson.address}/board`)).status).toBe(404)
  })

  test('the numbers of a row add up at every moment, and start again from 0', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/failing')
    await press(lesson, '/signups')

    await until('all is done, or a dead letter', async () => {
      const both = await counts(lesson)
      for (const { taken, toDo, done, dead, lost } of [both.welcome, both.note])
        expect(toDo + done + dead + lost).toBe(taken)
      return both.welcome.toDo + both.note.toDo === 0
    })
    expect(await counts(lesson)).toEqual({
      welcome: { ...nothing, taken: 51, done: 50, dead: 1 },
      note: { ...nothing, taken: 50, done: 50 },
    })

    expect(await press(lesson, '/reset')).toBe('Counted from 0 again.')
    expect(await counts(lesson)).toEqual({ welcome: nothing, note: nothing })
    expect(await state(lesson)).not.toContain('@bounce.test')
    await signUp(lesson, 'ada', 'ada@example.org')
    expect((await allDone(lesson, 1)).welcome).toEqual({ ...nothing, taken: 1, done: 1 })
  })

  test('a second copy says which process has the file', async () => {
    await using first = await startLesson(5, env)
    const [owner] = first.children
    await using second = new Program(['lessons/05-queue/app.tsx'], { ...freePorts(), ...env })

    expect(await second.ended()).toBe(1)
    expect(second.errors).toStartWith(`${env.QUEUE_FILE} is in use by process ${owner}.`)
    expect(second.errors).toEndWith('QUEUE_FILE names another file.\n')
    expect(second.errors).not.toContain('    at ')
  })
})

describe('Where the jobs are kept', () => {
  const name = 'background-tasks-lesson-5'
  const files = (where: string) => readdirSync(where).map((file) => join(where, file))
  const start = (more: Record<string, string>) =>
    new Program(['lessons/05-queue/app.tsx'], { ...env, ...freePorts(), QUEUE_FILE: '', ...more })
  const modeOf = (path: string) => statSync(path).mode & 0o777

  test('nobody else can enter the folder or read a file in it', async () => {
    const home = join(folder, 'not/yet/there')
    await using app = await start({ XDG_STATE_HOME: home }).says('Ready')

    const own = join(home, name)
    expect(app.output).toContain(`Jobs are kept in ${own}/queue.sqlite\n`)
    expect(modeOf(own)).toBe(0o700)
    expect(files(own).length).toBeGreaterThan(2)
    expect(files(own).filter((file) => modeOf(file) !== 0o600)).toEqual([])
  })

  test('the exercise has a folder of its own in it, and gives an order its points', async () => {
    const more = { ...freePorts(), XDG_STATE_HOME: folder, POINTS_FOLDER: '' }
    await using app = await new Program(['lessons/05-queue/start/app.tsx'], more).says('Ready')
    const address = `http://127.0.0.1:${more.PORT}`
    const [, order = ''] =
      /hx-post="(\/order[^"]+)"/.exec(await (await fetch(address)).text()) ?? []

    const path = order.replaceAll('&amp;', '&')
    expect((await fetch(`${address}${path}`, { method: 'POST' })).status).toBe(200)

    const points = async () => (await fetch(`${address}/points`)).text()
    await until('the points are there', async () => (await points()).includes('ada: 10 points'))
    const own = join(folder, name, 'exercise')
    expect([modeOf(join(folder, name)), modeOf(own)]).toEqual([0o700, 0o700])
    expect(readdirSync(own)).toContain('shop.sqlite')
    expect(readdirSync(own)).toContain('queue.sqlite')
    await app.says('receipt for')
  })

  test('it is in the home of the user, where no variable names another place', async () => {
    await using app = await start({ XDG_STATE_HOME: '', HOME: folder }).says('Ready')

    expect(app.output).toContain(`Jobs are kept in ${folder}/.local/state/${name}/queue.sqlite\n`)
  })

  test('without a home it is a folder of this user in the temporary one, found again later', async () => {
    const homeless = { XDG_STATE_HOME: '/dev/null/none', TMPDIR: folder }
    const own = join(folder, `${name}-${process.getuid?.()}`)
    for (let run = 0; run < 2; run++) {
      await using app = await start(homeless).says('Ready')
      expect(app.output).toContain(`Jobs are kept in ${own}/queue.sqlite\n`)
      expect(modeOf(own)).toBe(0o700)
    }
  })

  test('a link in its place is not followed', async () => {
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere, { mode: 0o700 })
    symlinkSync(elsewhere, join(folder, name))
    await using app = start({ XDG_STATE_HOME: folder })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toBe(`${folder}/${name} is no folder. QUEUE_FILE names another file.\n`)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test('a folder that is open to others is not used', async () => {
    mkdirSync(join(folder, name))
    chmodSync(join(folder, name), 0o755)
    await using app = start({ XDG_STATE_HOME: folder })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toStartWith(`${folder}/${name} is open to others: chmod 700 `)
    expect(readdirSync(join(folder, name))).toEqual([])
  })

  test.each([
    ['', `Neither /dev/null/${name} nor /dev/null/${name}-`],
    ['/dev/null/points', '/dev/null/points cannot be made.'],
  ])('where the exercise has no folder, its variable is named: %p', async (points, words) => {
    const nowhere = { HOME: '/dev/null', XDG_STATE_HOME: '/dev/null', TMPDIR: '/dev/null' }
    const more = { ...freePorts(), ...nowhere, POINTS_FOLDER: points }
    await using app = new Program(['lessons/05-queue/start/app.tsx'], more)

    expect(await app.ended()).toBe(1)
    expect(app.errors).toContain(words)
    expect(app.errors).toEndWith('POINTS_FOLDER names another folder.\n')
    expect(app.errors).not.toContain('QUEUE_FILE')
  })

  asTwoUsers('a folder that another user has made first is not used', async () => {
    const theirs = join(folder, `${name}-${process.getuid?.()}`)
    mkdirSync(theirs, { mode: 0o700 })
    chownSync(theirs, other, other)
    await using app = start({ XDG_STATE_HOME: '/dev/null/none', TMPDIR: folder })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toStartWith(`${theirs} belongs to somebody else.`)
    expect(readdirSync(theirs)).toEqual([])
  })

  asTwoUsers('another user can neither read what is kept nor put anything beside it', async () => {
    chmodSync(folder, 0o777)
    await using app = await start({ XDG_STATE_HOME: folder }).says('Ready')
    const own = join(folder, name)
    const as = (...command: string[]) =>
      Bun.spawnSync([
        'setpriv',
        `--reuid=${other}`,
        `--regid=${other}`,
        '--clear-groups',
        ...command,
      ])

    expect(as('ls', folder).success).toBe(true)
    for (const command of [
      ['ls', own],
      ['cat', join(own, 'queue.sqlite.outbox')],
      ['ln', '-s', '/tmp/anything', join(own, 'queue.sqlite.pid')],
    ])
      expect([command, as(...command).success]).toEqual([command, false])
    expect(app.complaints).toBe('')
  })

  test('a process that was not started with the others is none to kill', async () => {
    await using lesson = await startLesson(5, env)
    const [app] = lesson.children
    using db = new Database(`${env.QUEUE_FILE}.outbox`)
    db.run("INSERT INTO processes VALUES ('apart', 1, 1, unixepoch('subsec') + 60, 0)")

    expect(await state(lesson)).toContain(`Run by process 1 and process ${app}.`)
    expect(await press(lesson, '/kill')).toContain(`kill -9 ${app}<`)
  })

  test('a number that somebody has written into the file is no process to kill', async () => {
    await using lesson = await startLesson(5, env)
    const [app] = lesson.children
    await using bystander = Bun.spawn(['sleep', '60'])
    using db = new Database(`${env.QUEUE_FILE}.outbox`)

    // Whoever else can write the file can also keep the lesson out of it.
    db.run(`CREATE TRIGGER out BEFORE INSERT ON processes WHEN NEW.id <> 'x'
      BEGIN SELECT RAISE(IGNORE); END`)

    for (const pid of [-1, 0, bystander.pid]) {
      db.run('DELETE FROM processes')
      const seen = Date.now() / 1_000 + 60
      db.query('INSERT INTO processes VALUES (?, ?, ?, ?, 0)').run('x', pid, lesson.pid, seen)
      expect(await press(lesson, '/kill')).toContain(`kill -9 ${pid}<`)
      await until(
        'it is asked to die',
        () => db.query("SELECT 1 FROM processes WHERE id = 'x' AND is_to_die = 1").get() !== null,
      )
    }

    expect(bystander.exitCode).toBeNull()
    expect(lesson.children).toEqual([app!])
    expect(lesson.output).not.toContain('was killed')
  })
})

describe.skipIf(!hasRedis)('With the queue on Redis', () => {
  let redis: RedisServer
  beforeEach(async () => {
    redis = await new RedisServer().start()
    env.REDIS_URL = redis.url
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  test('fifty signups are fifty mails, although one of two consumers is killed', async () => {
    await using lesson = await startLesson(5, env)
    expect(lesson.output).toContain(`Jobs are kept in Redis at 127.0.0.1:${redis.port}`)
    expect(lesson.children).toHaveLength(3)
    // What a button speaks of is explained above it.
    expect(await text(lesson.address)).toMatch(
      /kept by a broker, here Redis, .*, the consumers\..*Dead letters: jobs that .*Kill a consumer.*Stop the broker/s,
    )
    expect(await state(lesson)).toMatch(/Run by process \d+ and process \d+\./)
    await press(lesson, '/signups')

    await until('some mails are sent', async () => (await counts(lesson)).welcome.done >= 4)
    const answer = await press(lesson, '/kill')

    await lesson.says('was killed (SIGKILL). It is started again.')
    expect(lesson.children).not.toContain(Number(/kill -9 (\d+)/.exec(answer)?.[1]))
    const { welcome, note } = await allDone(lesson, 50)
    expect(welcome).toMatchObject({ taken: 50, lost: 0 })
    expect(welcome.twice).toBeLessThanOrEqual(4)
    expect(mails('welcome')).toHaveLength(50)
    // The app has lived on, and what it has in memory with it.
    expect(note).toMatchObject({ taken: 50, lost: 0 })
  })

  test('a signup that cannot be stored is no success, and the page says why', async () => {
    await using lesson = await startLesson(5, env)
    await redis.kill()
    // What is sent before that is in doubt.
    await until('it is missed', async () => (await state(lesson)).includes('is away'))

    const answer = await signUp(lesson, 'ada', 'ada@example.org')

    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('Nothing was stored.')
    await redis.start()
    expect((await signUp(lesson, 'ada', 'ada@example.org')).status).toBe(200)
    const { welcome } = await allDone(lesson, 1)
    expect(welcome).toEqual({ ...nothing, taken: 1, done: 1 })
  })

  test('the broker stops for a while: nothing is lost, and what ran runs twice', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/signups')
    const runningJobs = async () => (await state(lesson)).match(/status running/g)?.length === 8
    await until('eight jobs run', runningJobs)

    expect(await press(lesson, '/stop')).toBe('<span>Stopped: for 10 s it answers nobody.</span>')
    expect(await press(lesson, '/stop')).toContain('It is away already.')
    const began = performance.now()
    const first = await signUp(lesson, 'ada', 'ada@example.org')

    // The first one is told in time, and may sign up again.
    expect([first.status, performance.now() - began < 9_000]).toEqual([503, true])
    expect(await first.text()).toContain('stored, or not?')
    expect(await state(lesson)).toMatch(/The broker is away, back in [1-5] s/)
    expect((await counts(lesson)).welcome).toMatchObject({ taken: 50, lost: 0, twice: 0 })
    // The second one has to wait no longer than the broker is away, and that is less than it is ready to wait.
    const isSoonBack = async () => /back in [1-3] s/.test(await state(lesson))
    await until('it is soon back', isSoonBack)
    expect((await signUp(lesson, 'bob', 'bob@example.org')).status).toBe(200)
    expect(await state(lesson)).not.toContain('The broker is away')
    expect((await signUp(lesson, 'ada', 'ada@example.org')).status).toBe(200)

    await until('some run again', async () => (await counts(lesson)).welcome.twice >= 1)
    const { welcome, note } = await allDone(lesson, 52)
    expect(welcome).toMatchObject({ taken: 52, lost: 0 })
    expect(welcome.twice).toBeLessThanOrEqual(8)
    expect(note).toEqual({ ...nothing, taken: 52, done: 52 })
    expect(mails('welcome')).toHaveLength(52)
    expect(nameless(lesson.output)).toMatch(/^consumer-\d \| …@example.org, run 2$/m)
    expect(nameless(lesson.errors)).toMatch(
      /^consumer-\d \| Lesson 5: signup: Missing lock for job signup\.sendWelcomeEmail\.…@example\.org\. moveToFinished$/m,
    )
  })

  test('a broker that is not there is named on the page, which goes on', async () => {
    await using lesson = await startLesson(5, env)
    await press(lesson, '/signups')
    await until('some mails are sent', async () => (await counts(lesson)).welcome.done >= 4)
    await redis.kill()

    await until('the page says so', async () =>
      (await state(lesson)).includes('The broker is away, we ask on.'),
    )
    expect((await counts(lesson)).welcome).toMatchObject({ taken: 50, lost: 0 })
    expect(await press(lesson, '/stop')).toMatch(/It (cannot be stopped|does not answer)/)
    await redis.start()

    const { welcome } = await allDone(lesson, 50)
    expect(welcome).toMatchObject({ taken: 50, lost: 0 })
    await until('the page is quiet', async () => !(await state(lesson)).includes('is away'))
  })

  test('a Redis that does not let us stop it is left alone', async () => {
    await using lesson = await startLesson(5, env)
    using admin = client(redis)
    await admin.send('ACL', ['SETUSER', 'default', '-client|pause'])

    expect(await press(lesson, '/stop')).toContain('It cannot be stopped from here')

    expect((await signUp(lesson, 'ada', 'ada@example.org')).status).toBe(200)
    expect(await state(lesson)).not.toContain('is away')
  })

  test('the dashboard of BullMQ shows the queue, and asks nothing of the web', async () => {
    await using lesson = await startLesson(5, env)
    await signUp(lesson, 'ada', 'ada@example.org')
    expect(await text(lesson.address)).toContain('href="/board"')

    const board = await fetch(`${lesson.address}/board`)

    expect(board.status).toBe(200)
    expect(board.headers.get('content-type')).toBe('text/html')
    expect(await board.text()).not.toContain('https:')
    const { queues } = (await (await fetch(`${lesson.address}/board/api/queues`)).json()) as {
      queues: { name: string }[]
    }
    expect(queues.map(({ name }) => name)).toEqual(['signup'])
    // It can empty the queue: no foreign page may have it do so.
    for (const [path, headers, status] of [
      ['/pause', { origin: 'http://evil.test' }, 403],
      ['/obliterate', { 'sec-fetch-site': 'cross-site' }, 403],
      ['/pause', { host: 'evil.test' }, 421],
    ] as const) {
      const address = `${lesson.address}/board/api/queues/signup${path}`
      expect((await fetch(address, { method: 'PUT', headers })).status).toBe(status)
    }
    expect(board.headers.get('content-security-policy')).toContain("default-src 'self'; ")
    // Its error pages are its own.
    const nowhere = await fetch(`${lesson.address}/nowhere`)
    expect(nowhere.status).toBe(404)
    expect(await nowhere.text()).toContain('No such page')
  })

  test('Ctrl-C lets all three processes finish what runs', async () => {
    await using lesson = await startLesson(5, env)
    const { children } = lesson
    await press(lesson, '/signups')
    await until('some run', async () => (await state(lesson)).includes('status running'))

    lesson.signal('SIGINT')

    // Together: if it is not 0, what was printed says why.
    expect([await lesson.ended(), lesson.complaints]).toEqual([0, ''])
    expect(children.filter(isAlive)).toEqual([])
    const row = outbox<{ begun: number; sent: number }>(
      "SELECT count(*) FILTER (WHERE runs > 0) AS begun, count(sent) AS sent FROM mails WHERE kind = 'welcome'",
    )[0]
    expect(row?.begun).toBe(row?.sent)
  })
})

type Counts = Record<'taken' | 'toDo' | 'done' | 'dead' | 'lost' | 'twice', number>

const nothing: Counts = { taken: 0, toDo: 0, done: 0, dead: 0, lost: 0, twice: 0 }

/** The numbers on the page. */
async function counts(lesson: Lesson): Promise<{ welcome: Counts; note: Counts }> {
  const rows = (await state(lesson)).matchAll(/<th scope="row">.*?<\/th>(.*?)<\/tr>/g)
  const [welcome, note] = [...rows].map(([, cells = '']) => {
    const numbers = [...cells.matchAll(/<td[^>]*>(\d+)</g)].map(([, number]) => Number(number))
    const [taken = 0, toDo = 0, done = 0, dead = 0, lost = 0, twice = 0] = numbers
    return { taken, toDo, done, dead, lost, twice }
  })
  if (!welcome || !note) throw new Error('The page has no numbers.')
  return { welcome, note }
}

/** The numbers, when all welcome mails are sent and every note is sent or lost. */
function allDone(lesson: Lesson, mailsTaken: number) {
  const ask = async () => {
    // Meanwhile the program may be away.
    const now = await counts(lesson).catch(() => undefined)
    if (!now || now.welcome.done < mailsTaken) return undefined
    return now.note.done + now.note.lost < now.note.taken ? undefined : now
  }
  return until(`${mailsTaken} mails are sent`, ask, 30_000)
}

function mails(kind: 'welcome' | 'note'): string[] {
  return outbox<{ email: string }>(
    `SELECT email FROM mails WHERE kind = '${kind}' AND sent IS NOT NULL ORDER BY email`,
  ).map(({ email }) => email)
}

function outbox<Row>(query: string): Row[] {
  const name = env.REDIS_URL ? 'redis-outbox' : 'outbox'
  using db = new Database(`${env.QUEUE_FILE}.${name}`)
  return db.query<Row, []>(query).all()
}

function client({ url }: RedisServer): RedisClient & Disposable {
  const opened = new RedisClient(url)
  return Object.assign(opened, { [Symbol.dispose]: () => opened.close() })
}

function nameless(output: string): string {
  return output.replaceAll(/\w+(@|%40)example/g, '…@example')
}

function signUp(lesson: Lesson, username: string, email: string): Promise<Response> {
  return fetch(`${lesson.address}/signup`, {
    method: 'POST',
    body: new URLSearchParams({ username, email }),
  })
}

/** What a button answers. */
async function press({ address }: Lesson, path: string): Promise<string> {
  return (await fetch(address + path, { method: 'POST' })).text()
}

function state({ address }: Lesson): Promise<string> {
  return text(`${address}/state`)
}

async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

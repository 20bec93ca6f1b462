/** Lesson 5 with its queue on Redis: consumers and the broker go and come back. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { RedisClient } from 'bun'

import { hasRedis, RedisServer } from '../core/queue/redis'
import { isAlive } from '../support/processes'
import { startLesson } from '../support/program'
import { until } from '../support/until'
import {
  allDone,
  counts,
  env,
  mails,
  nothing,
  outbox,
  press,
  signUp,
  state,
  text,
  useFolder,
} from './queue/lesson'

setDefaultTimeout(60_000)
useFolder()

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

function client({ url }: RedisServer): RedisClient & Disposable {
  const opened = new RedisClient(url)
  return Object.assign(opened, { [Symbol.dispose]: () => opened.close() })
}

function nameless(output: string): string {
  return output.replaceAll(/\w+(@|%40)example/g, '…@example')
}

/** What is told on the channel beside the changes of tasks. */
import { expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Elysia } from 'elysia'

import { background, subscribe, workers } from '../../core'
import { consume, queue } from '../../core/queue'
import { queueName } from './queue/engines'
import * as jobFunctions from './queue/tasks'
import type * as tasks from './workers/tasks'

/** Follows requests and tasks, as words. */
function listen() {
  const told: string[] = []
  const ids: number[] = []
  const subscription = subscribe({
    request: ({ status, code, request: { id, method, path } }) => {
      ids.push(id)
      told.push(`${method} ${path} ${status}${code === undefined ? '' : ` ${code}`}`)
    },
    task: ({ status, task, request }) =>
      told.push(`${task.name} ${status}${request ? ` for ${request.path}` : ''}`),
  })
  return { told, ids, [Symbol.dispose]: () => subscription[Symbol.dispose]() }
}

test('A request is told of when it arrives, when it is answered, and when its last byte has left', async () => {
  using heard = listen()
  const app = new Elysia()
    .use(background())
    .post('/signup', ({ backgroundTasks, status }) => {
      backgroundTasks.addTask(function welcome() {})
      return status(201, 'made')
    })
    .listen({ port: 0, hostname: '127.0.0.1' })

  await fetch(new URL('/signup?name=ada', app.server!.url), { method: 'POST' })
  await app.decorator.background.idle()
  await app.stop(true)

  expect(heard.told).toEqual([
    'POST /signup arrived',
    'welcome waiting for /signup',
    'POST /signup answered 201',
    'POST /signup sent',
    'welcome running',
    'welcome succeeded',
  ])
  expect(new Set(heard.ids).size).toBe(1)
})

test('A request without a task is told of as well, and has a number of its own', async () => {
  using heard = listen()
  const app = new Elysia().use(background()).get('/', () => 'hello')

  await Promise.all([1, 2].map(() => app.handle(new Request('http://localhost/'))))
  await new Promise(setImmediate)

  expect(heard.told.toSorted()).toEqual(
    ['arrived', 'answered 200', 'sent']
      .flatMap((end) => [`GET / ${end}`, `GET / ${end}`])
      .toSorted(),
  )
  expect(new Set(heard.ids).size).toBe(2)
})

for (const [kind, answer, code] of [
  ['a status by name', () => ({ name: 'Not Found' }) as const, 404],
  ['a Response of its own', () => new Response('no', { status: 418 }), 418],
  [
    'an error',
    () => {
      throw new Error('broken')
    },
    500,
  ],
] as const)
  test(`The code is that of the answer, with ${kind}`, async () => {
    using heard = listen()
    const app = new Elysia()
      .use(background())
      .onError(() => 'sorry')
      .get('/', ({ set }) => {
        const given = answer()
        if (given instanceof Response) return given
        set.status = given.name
        return 'no'
      })

    const { status } = await app.handle(new Request('http://localhost/'))
    await new Promise(setImmediate)

    expect(status).toBe(code)
    expect(heard.told).toContain(`GET / answered ${code}`)
  })

test('A large body has not left before it has been read', async () => {
  using heard = listen()
  const size = 64 * 1024 * 1024
  const app = new Elysia()
    .use(background())
    .get('/large', () => new Uint8Array(size))
    .get('/small', () => 'small')
    .listen({ port: 0, hostname: '127.0.0.1' })

  const large = await fetch(new URL('/large', app.server!.url))
  await (await fetch(new URL('/small', app.server!.url))).text()
  const early = heard.told.slice()
  const body = await large.arrayBuffer()
  const { promise: isSent, resolve } = Promise.withResolvers<void>()
  using _ = subscribe({ request: ({ status }) => status === 'sent' && resolve() })
  if (!heard.told.includes('GET /large sent')) await isSent
  await app.stop(true)

  expect(early).toContain('GET /large answered 200')
  expect(early).not.toContain('GET /large sent')
  expect(body.byteLength).toBe(size)
})

test('Who subscribes in the middle of a request is told the rest of it', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrives } = Promise.withResolvers<void>()
  const app = new Elysia().use(background()).get('/', async ({ backgroundTasks }) => {
    arrives()
    await gate
    backgroundTasks.addTask(function late() {})
    return 'done'
  })
  const answer = app.handle(new Request('http://localhost/'))
  await arrived

  using heard = listen()
  open()
  await answer
  await app.decorator.background.idle()

  expect(heard.told).toEqual([
    'late waiting for /',
    'GET / answered 200',
    'GET / sent',
    'late running',
    'late succeeded',
  ])
})

test('A pool tells of its workers and their calls, and how a worker ended', async () => {
  const told: string[] = []
  using _ = subscribe({
    worker: ({ status, worker: { id }, error }) =>
      told.push(`worker ${id - first} ${status}${error ? `: ${error.message}` : ''}`),
    call: ({ status, call: { name, worker } }) =>
      told.push(`${name} on ${worker - first} ${status}`),
  })
  // Ids go on from pool to pool.
  let first = 0
  using seen = subscribe({ worker: ({ worker: { id } }) => void (first ||= id) })
  {
    await using pool = workers<typeof tasks>(new URL('./workers/worker.ts', import.meta.url), {
      size: 1,
    })
    await pool.add(1, 2)
    await pool.exit(3).catch(() => {})
    await pool.throwValue('no').catch(() => {})
  }
  await new Promise(setImmediate)

  expect(seen).toBeDefined()
  expect(told.slice(1)).toEqual([
    'add on 0 running',
    'add on 0 succeeded',
    'exit on 0 running',
    'worker 0 ended: exited with code 3',
    'exit on 0 failed',
    'worker 1 started',
    'throwValue on 1 running',
    'throwValue on 1 failed',
    'worker 1 ended',
  ])
})

test('A queue tells of jobs that are stored, and of each attempt that runs here', async () => {
  const told: string[] = []
  const ids = new Set<string>()
  using _ = subscribe({
    job({ status, job: { id, name, attempt, attempts }, error }) {
      const reason = error instanceof Error ? `: ${error.message}` : ''
      told.push(`${name} ${status} ${attempt} of ${attempts}${reason}`)
      ids.add(id)
    },
  })
  const file = join(tmpdir(), `${queueName()}.sqlite`)
  const name = queueName()
  await using jobs = queue<typeof jobFunctions>(name, { file, attempts: 2, backoff: 1 })
  await using consumer = await consume(name, jobFunctions, { file, onError: () => {} })
  await (await jobs.add(1, 2)).finished()
  await (await jobs.failAlways('no')).finished().catch(() => {})

  expect(consumer.name).toBe(name)
  expect(told).toEqual([
    'add stored 0 of 2',
    'add running 1 of 2',
    'add succeeded 1 of 2',
    'failAlways stored 0 of 2',
    'failAlways running 1 of 2',
    'failAlways failed 1 of 2: no never works',
    'failAlways running 2 of 2',
    'failAlways failed 2 of 2: no never works',
  ])
  expect(ids.size).toBe(2) // one for each job, from when it is stored
})

test('A listener that is none, and a kind of event that does not exist, are refused', () => {
  expect(() => subscribe({ task: 'no' as never })).toThrow('task must be a function')
  expect(() => subscribe({ tasks: () => {} } as never)).toThrow('Did you mean task?')
})

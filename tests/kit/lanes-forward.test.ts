import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

import { type AnyElysia, Elysia } from 'elysia'

import { background, runnerOf } from '../../core'
import { argumentsAsText, errorAsText } from '../../lessons/kit/lanes/describe'
import type { ProcessEvent } from '../../lessons/kit/lanes/events'
import { forward } from '../../lessons/kit/lanes/forward'
import { Heartbeat } from '../../lessons/kit/lanes/heartbeat'
import { Outbox } from '../../lessons/kit/lanes/outbox'

const root = join(import.meta.dir, '../..')

/** What an app tells while `use` uses it. */
async function toldBy(
  app: AnyElysia,
  use: (address: string) => Promise<unknown>,
): Promise<ProcessEvent[]> {
  const told: ProcessEvent[] = []
  const forwarding = forward({ root, send: (events, sent) => (told.push(...events), sent()) })
  app.listen({ hostname: '127.0.0.1', port: 0 })
  try {
    await use(app.server!.url.origin)
    await runnerOf(app).idle()
  } finally {
    await app.stop()
    forwarding[Symbol.dispose]()
  }
  return told.filter(({ type }) => type !== 'alive' && type !== 'hole')
}

async function sendWelcomeEmail(_address: string): Promise<void> {
  throw new Error('550 no such mailbox. Try another\nand read on')
}
function notifyAdmin(_name: string): void {}

function signup() {
  return new Elysia().use(background({ onError() {} })).post('/signup', ({ backgroundTasks }) => {
    backgroundTasks.addTask(sendWelcomeEmail, 'ada@example.org')
    backgroundTasks.addTask(notifyAdmin, 'ada')
    return 'Welcome'
  })
}

describe('a request with tasks', () => {
  test('is told from its arrival to the end of its last task, in order', async () => {
    const told = await toldBy(signup(), (address) =>
      fetch(`${address}/signup?a=b`, { method: 'POST' }),
    )

    expect(told.map((event) => `${event.type} ${'status' in event && event.status}`)).toEqual([
      'request arrived',
      'task waiting',
      'task waiting',
      'request answered',
      'request sent',
      'task running',
      'task failed',
      'task skipped',
    ])
    const [arrived, first, , answered] = told
    expect(arrived).toMatchObject({ method: 'POST', path: '/signup' })
    expect(answered).toMatchObject({ code: 200 })
    if (arrived?.type !== 'request' || first?.type !== 'task') throw new Error('out of order')
    expect(first).toMatchObject({
      name: 'sendWelcomeEmail',
      args: '"ada@example.org"',
      request: arrived.id,
    })
    expect(Math.abs(arrived.at - Date.now())).toBeLessThan(60_000)
  })

  test('says in which line of the learner a task was added', async () => {
    const told = await toldBy(signup(), (address) => fetch(`${address}/signup`, { method: 'POST' }))

    const places = told.flatMap((event) =>
      event.type === 'task' && event.place ? [event.place] : [],
    )
    const lines = (await Bun.file(import.meta.path).text()).split('\n')
    expect(places.map(({ file }) => file)).toEqual(Array(2).fill('tests/kit/lanes-forward.test.ts'))
    expect(lines[places[0]!.line - 1]).toContain('addTask(sendWelcomeEmail')
    expect(lines[places[1]!.line - 1]).toContain('addTask(notifyAdmin')
  })

  test('says why a task has failed: the first sentence, in one line', async () => {
    const told = await toldBy(signup(), (address) => fetch(`${address}/signup`, { method: 'POST' }))

    expect(told.find((event) => 'error' in event)).toMatchObject({
      status: 'failed',
      error: '550 no such mailbox.',
    })
  })
})

test('of a flood of tasks, places are told for a hundred in a second', async () => {
  const app = new Elysia().use(background()).post('/flood', ({ backgroundTasks }) => {
    for (let i = 0; i < 300; i++) backgroundTasks.addTask(() => {})
    return 'added'
  })

  const told = await toldBy(app, (address) => fetch(`${address}/flood`, { method: 'POST' }))

  expect(told.filter((event) => 'place' in event)).toHaveLength(100)
  expect(told.filter((event) => event.type === 'task' && event.status === 'waiting')).toHaveLength(
    300,
  )
})

test('a page that asks again and again is a poll from the third time on', async () => {
  const app = new Elysia()
    .use(background())
    .get('/tasks', () => 'none')
    .get('/', () => 'home')
  const poll = { headers: { 'hx-request': 'true' } }

  const told = await toldBy(app, async (address) => {
    for (let i = 0; i < 4; i++) await fetch(`${address}/tasks`, poll)
    for (let i = 0; i < 4; i++) await fetch(`${address}/`)
  })

  const arrived = told.filter((event) => event.type === 'request' && event.status === 'arrived')
  expect(arrived.map((event) => 'poll' in event)).toEqual([
    false,
    false,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

test('a script that asks again and again is one too, and what a page is made of is no visit', async () => {
  const app = new Elysia()
    .use(background())
    .get('/', () => 'home')
    .get('/ping', () => 'pong')
    .get('/page.css', () => 'p {}')
  const by = (dest: string) => ({ headers: { 'sec-fetch-dest': dest } })

  const told = await toldBy(app, async (address) => {
    await fetch(`${address}/`, by('document'))
    await fetch(`${address}/page.css`, by('style'))
    await fetch(`${address}/page.css`, by('empty'))
    for (let i = 0; i < 3; i++) await fetch(`${address}/ping`, by('empty'))
  })

  expect(
    told.flatMap((event) =>
      event.type !== 'request' ? [] : 'path' in event ? [event.path] : [event.status],
    ),
  ).toEqual(['/', '/ping', '/ping', '/ping'].flatMap((path) => [path, 'answered', 'sent']))
  expect(told.filter((event) => 'poll' in event)).toHaveLength(1)
})

describe('arguments are short text', () => {
  class Picture {
    name = 'sea.png'
    get bytes(): never {
      throw new Error('not to be called')
    }
  }
  const cases: [args: unknown[], text: string | undefined][] = [
    [[], undefined],
    [[1, 2n, true, null, undefined, 'six'], '1, 2n, true, null, undefined, …'],
    [['a "quoted" line\nand another'], '"a \\"quoted\\" line\\nand another"'],
    [[{ id: 1, tags: ['a'], deep: { er: 1 } }], '{ id: 1, tags: […], deep: { … } }'],
    [[[1, 2, 3, 4, 5, 6]], '[1, 2, 3, 4, 5, …]'],
    [[new Picture()], 'Picture { name: "sea.png" }'],
    [[new Date(0), new Date(Number.NaN)], '1970-01-01T00:00:00.000Z, Date'],
    [[new Map([[1, 2]]), new Uint8Array(10_000_000)], 'Map of 1, Uint8Array of 10000000 bytes'],
    [[new File(['x'], 'a.png'), sendWelcomeEmail], 'File "a.png", sendWelcomeEmail'],
    [
      [
        {
          get secret() {
            throw new Error('called')
          },
        },
      ],
      '{ secret: … }',
    ],
    [[Object.create(null), Symbol('x'), new Error('boom')], '{}, Symbol(x), boom'],
  ]
  for (const [args, text] of cases)
    test(text ?? 'none at all', () => {
      expect(argumentsAsText(args)).toBe(text)
    })

  test('cut where they are long', () => {
    const text = argumentsAsText(['x'.repeat(50_000_000), { a: 'y'.repeat(50_000_000) }])

    expect(text).toHaveLength(120)
    expect(text).toEndWith('…')
  })

  test('where everything about them throws', () => {
    const hostile = new Proxy(
      {},
      { getPrototypeOf: fail, ownKeys: fail, get: fail, getOwnPropertyDescriptor: fail },
    )

    expect(argumentsAsText([hostile, 1])).toBe('…, 1')
    expect(errorAsText(hostile)).toBe('something that cannot be shown')
    expect(errorAsText(Object.defineProperty(new Error(), 'message', { get: fail }))).toBe(
      'something that cannot be shown',
    )
  })
  function fail(): never {
    throw new Error('hostile')
  }
})

describe('the heartbeat', () => {
  /** Beats at these times; between two of them something may be seen. */
  function beatAt(...times: (number | { seen: number })[]): ProcessEvent[] {
    const told: ProcessEvent[] = []
    let now = 0
    const heartbeat = new Heartbeat({ add: (event) => told.push(event), flush() {} }, () => now)
    for (const time of times) {
      if (typeof time === 'number') {
        now = time
        heartbeat.beat()
      } else heartbeat.see(time.seen)
    }
    heartbeat[Symbol.dispose]()
    const { timeOrigin } = performance
    return told
      .map((event) =>
        'from' in event
          ? { ...event, from: event.from - timeOrigin, to: event.to - timeOrigin }
          : event,
      )
      .map((event) =>
        'from' in event
          ? { ...event, from: Math.round(event.from), to: Math.round(event.to) }
          : event,
      )
  }
  const every25 = (from: number, to: number) =>
    Array.from({ length: (to - from) / 25 + 1 }, (_, i) => from + i * 25)

  test('is a span for as long as it comes in time, told four times a second', () => {
    expect(beatAt(...every25(0, 600))).toEqual([
      { type: 'alive', from: 0, to: 250 },
      { type: 'alive', from: 250, to: 500 },
      { type: 'alive', from: 500, to: 600 },
    ])
  })

  test('that is late by less than anybody notices is none the less a beat', () => {
    expect(beatAt(25, 70, 120)).toEqual([{ type: 'alive', from: 0, to: 120 }])
  })

  test('that does not come is a hole, told as soon as it comes again', () => {
    expect(beatAt(25, 50, 1_050, 1_075)).toEqual([
      { type: 'alive', from: 0, to: 50 },
      { type: 'hole', from: 50, to: 1_050 },
      { type: 'alive', from: 1_050, to: 1_075 },
    ])
  })

  test('is missed from the last thing that happened in time, not from the beat before', () => {
    expect(beatAt(25, 50, { seen: 68 }, { seen: 900 }, 1_050)).toEqual([
      { type: 'alive', from: 0, to: 68 },
      { type: 'hole', from: 68, to: 1_050 },
    ])
  })
})

describe('what is to be sent', () => {
  const event: ProcessEvent = { type: 'alive', from: 1, to: 2 }

  test('goes together', () => {
    const batches: number[] = []
    const outbox = new Outbox((events, sent) => (batches.push(events.length), sent()))

    for (let i = 0; i < 20; i++) outbox.add(event)
    outbox.flush()
    outbox.flush()

    expect(batches).toEqual([20])
  })

  test('goes at once where it cannot wait, however short ago something went, but not again and again', () => {
    let batches = 0
    const outbox = new Outbox((_, sent) => (batches++, sent()))

    outbox.add(event)
    outbox.flush()
    outbox.add(event)
    outbox.hurry()
    expect(batches).toBe(2)

    for (let i = 0; i < 100; i++) {
      outbox.add(event)
      outbox.hurry()
    }
    expect(batches).toBeLessThan(30)
  })

  test('waits where the other end takes nothing, and the oldest is dropped before it is too much', () => {
    const batches: number[] = []
    const taken: (() => void)[] = []
    const outbox = new Outbox((events, sent) => (batches.push(events.length), taken.push(sent)))

    for (let i = 0; i < 100_000; i++) {
      outbox.add(event)
      if (i < 100) outbox.flush()
    }
    expect(batches).toEqual(Array(8).fill(1))
    taken[0]!()
    outbox.flush()

    expect(batches).toHaveLength(9)
    expect(batches.at(-1)).toBeLessThanOrEqual(10_000)
  })

  test('is given up where there is nobody any more', () => {
    const outbox = new Outbox(() => {
      throw new Error('Channel closed')
    })

    for (let i = 0; i < 100; i++) {
      outbox.add(event)
      expect(() => outbox.flush()).not.toThrow()
    }
  })
})

test('an app whose runner has closed the channel goes on as if nothing were', async () => {
  const code = `
    import { Elysia } from 'elysia'
    import { background } from '${root}/core'
    import { forward, sendToParent } from '${root}/lessons/kit/lanes/forward'
    forward({ send: sendToParent, root: '${root}' })
    new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(() => {})
      return 'here'
    }).listen({ hostname: '127.0.0.1', port: 0 }, ({ url }) => process.send(url.origin))`
  const { promise: address, resolve } = Promise.withResolvers<string>()
  await using app = Bun.spawn([process.execPath, '-e', code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    ipc: (message: unknown) => {
      if (typeof message === 'string') resolve(message)
    },
  })
  const url = await address

  app.disconnect()

  for (let i = 0; i < 200; i++) expect(await (await fetch(url)).text()).toBe('here')
  app.kill('SIGKILL')
  expect(await new Response(app.stderr).text()).toBe('')
})

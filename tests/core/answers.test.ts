/** When a request counts as answered, and that its answer is what it would be without the plugin. */
import { expect, jest, spyOn, test } from 'bun:test'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type AnyElysia, Elysia, t } from 'elysia'

import { background, type BackgroundTask, BackgroundTasks } from '../../core'

const get = (path = '/') => new Request(`http://localhost${path}`)
const turn = () => new Promise(setImmediate)

/** An app with one route that adds a task and answers or fails when it is told to. */
function slow(aot: boolean) {
  const told = Promise.withResolvers<string>()
  const started = Promise.withResolvers<BackgroundTask>()
  const app = new Elysia({ aot }).use(background()).get('/', async ({ backgroundTasks }) => {
    started.resolve(backgroundTasks.addTask(() => {}))
    return await told.promise
  })
  return { app, told, started: started.promise, runner: app.decorator.background }
}

/** All ways in which a request comes to an app. */
const ways = {
  'app.handle': (app: AnyElysia) => [app.handle(get())] as const,
  'a Bun.serve of its own': (app: AnyElysia) => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch })
    return [fetch(server.url), server] as const
  },
  'another app that has it mounted': (app: AnyElysia) =>
    [new Elysia().use(background()).mount('/in', app.fetch).handle(get('/in/'))] as const,
  'a unix socket': (app: AnyElysia) => {
    const unix = join(tmpdir(), `answers-${process.pid}-${Bun.nanoseconds()}.sock`)
    app.listen({ unix })
    return [fetch(get(), { unix }), app.server!] as const
  },
}

for (const aot of [true, false])
  for (const [way, send] of Object.entries(ways)) {
    test(`aot ${aot}, by ${way}: a handler that takes a minute and then fails runs nothing`, async () => {
      jest.useFakeTimers()
      try {
        const { app, told, started, runner } = slow(aot)
        const [response, server] = send(app)
        const task = await started
        await turn()
        jest.advanceTimersByTime(50_000)
        expect(task.status).toBe('waiting')

        told.reject(new Error('late'))
        expect((await response).status).toBe(500)
        await turn()
        jest.advanceTimersByTime(1_000)
        await runner.idle()

        expect(task.status).toBe('skipped')
        await server?.stop(true)
      } finally {
        jest.useRealTimers()
      }
    })

    test(`aot ${aot}, by ${way}: an answer in the handler's place runs what was added before`, async () => {
      let task: BackgroundTask | undefined
      const app = new Elysia({ aot })
        .use(background())
        .derive(({ backgroundTasks }) => {
          task = backgroundTasks.addTask(() => {})
        })
        .resolve(({ status }) => status(401, 'who are you?'))
        .get('/', () => 'ok')

      const [response, server] = send(app)

      expect((await response).status).toBe(401)
      await app.decorator.background.idle()
      expect(task?.status).toBe('succeeded')
      await server?.stop(true)
    })
  }

for (const aot of [true, false]) {
  test.each([undefined, null])(
    `aot ${aot}: a handler that throws %p runs nothing`,
    async (nothing) => {
      const { app, told, started, runner } = slow(aot)
      const server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: app.fetch,
        error: () => new Response('500'),
      })
      runner.wire.connect(server)
      const response = fetch(server.url)
      const task = await started
      await turn()

      told.reject(nothing)
      await (await response).text()
      await runner.idle()

      expect(task.status).toBe('skipped')
      await server.stop(true)
    },
  )

  test(`aot ${aot}: a drain in the middle of a handler leaves nothing behind`, async () => {
    const { app, told, started, runner } = slow(aot)
    const response = app.handle(get())
    const task = await started
    await turn()
    await runner.drain(0)
    runner.resume()

    told.resolve('ok')
    await response
    await runner.idle()

    expect(task.status).toBe('skipped')
    expect(runner.pending).toBe(0)
  })

  test(`aot ${aot}: answers, also to failures, are what they are without the plugin`, async () => {
    const answers = async (app: AnyElysia) => {
      app
        .mapResponse(({ responseValue, path }) =>
          path === '/mapped' ? new Response(`first ${typeof responseValue}`) : undefined,
        )
        .mapResponse(({ path }) => (path === '/mapped' ? new Response('second') : undefined))
        .get('/mapped', () => 'ok')
        .get('/static', 'static')
        .get('/none', () => undefined)
        .get('/cleaned', () => ({ name: 'ada', password: 'secret' }) as { name: string }, {
          response: t.Object({ name: t.String() }),
        })
        .get('/refused', () => 5 as unknown as string, { response: t.String() })
        .get('/status', ({ status }) => status(418, 'tea'))
        .get('/invalid', () => 'ok', { query: t.Object({ page: t.Number() }) })
        .get('/fails', () => {
          throw new Error('boom')
        })
        .get('/fails-later', async () => {
          await turn()
          throw new Error('boom')
        })
        .post('/body', ({ body }) => body)
      const requests = [
        ...['/mapped', '/static', '/none', '/cleaned', '/refused', '/status'].map((path) =>
          get(path),
        ),
        ...['/invalid', '/fails', '/fails-later', '/unknown'].map((path) => get(path)),
        new Request('http://localhost/body', {
          method: 'POST',
          body: '{"a":1}',
          headers: { 'content-type': 'application/json' },
        }),
        new Request('http://localhost/body', {
          method: 'POST',
          body: '{"a"',
          headers: { 'content-type': 'application/json' },
        }),
        new Request('http://localhost/fails', { method: 'PUT' }),
      ]
      return await Promise.all(
        requests.map(async (request) => {
          const response = await app.handle(request)
          const headers = Object.fromEntries(response.headers)
          return [request.method, request.url, response.status, headers, await response.text()]
        }),
      )
    }

    expect(await answers(new Elysia({ aot }).use(background()))).toEqual(
      await answers(new Elysia({ aot })),
    )
  })
}

for (const aot of [true, false]) {
  const fail = (): string => {
    throw new Error('before the first yield')
  }
  const generators = {
    *'a generator'() {
      yield fail()
    },
    async *'an async generator'() {
      await turn()
      yield fail()
    },
  }
  for (const [what, fails] of Object.entries(generators))
    test(`aot ${aot}: ${what} that throws before its first yield runs nothing`, async () => {
      let task: BackgroundTask | undefined
      const app = new Elysia({ aot }).use(background()).get('/', async function* (context) {
        task = context.backgroundTasks.addTask(() => {})
        yield* fails() as Generator<string>
      })

      const status = await app.handle(get()).then(
        (response) => response.status,
        () => 500, // with aot: false it is the server's to say
      )
      await app.decorator.background.idle()

      expect(status).toBe(500)
      expect(task?.status).toBe('skipped')
    })

  test(`aot ${aot}: a generator that ends without a yield runs its tasks`, async () => {
    let task: BackgroundTask | undefined
    const app = new Elysia({ aot })
      .use(background())
      .get('/', async function* ({ backgroundTasks }) {
        task = backgroundTasks.addTask(() => {})
        const rows: string[] = []
        yield* rows
      })

    await app.handle(get())
    await app.decorator.background.idle()

    expect(task?.status).toBe('succeeded')
  })

  test(`aot ${aot}: a hook before ours that throws, or never ends, keeps no task back`, async () => {
    const path = new URL('processes/hook-before.ts', import.meta.url).pathname
    const child = Bun.spawn([process.execPath, path, String(aot)], {
      stdout: 'pipe',
      stderr: 'ignore',
    })

    expect(await new Response(child.stdout).text()).toBe(
      'throws: succeeded\nnever ends: succeeded\n',
    )
  })
}

test.each([true, false])(
  'aot %p: a handler that sets 500, works on without its client and returns runs its tasks',
  async (aot) => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>()
    const leaving = new AbortController()
    let task: BackgroundTask | undefined
    const app = new Elysia({ aot })
      .use(background())
      .get('/', async ({ backgroundTasks, request, set }) => {
        set.status = 500
        task = backgroundTasks.addTask(() => {})
        request.signal.addEventListener('abort', () => resolve())
        leaving.abort()
        await Bun.sleep(700)
        return 'broken'
      })
    app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
    await fetch(app.server!.url, { signal: leaving.signal }).catch(() => {})
    await aborted

    await app.decorator.background.idle()

    expect(task?.status).toBe('succeeded')
    await app.stop()
  },
)

test('a client that reads nothing holds a task for as long as sendLimit says', async () => {
  const app = new Elysia().use(background({ sendLimit: 200 })).get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(ran.resolve)
    return 'x'.repeat(50_000_000)
  })
  const ran = Promise.withResolvers<void>()
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  const socket = connect(app.server!.port!, '127.0.0.1').pause()
  socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')

  await ran.promise

  expect(app.server!.pendingRequests).toBe(1)
  socket.destroy()
  await app.stop(true)
})

test('a stream has all the time that it takes, whatever sendLimit says', async () => {
  const events: string[] = []
  const app = new Elysia()
    .use(background({ sendLimit: 0 }))
    .get('/', async function* ({ backgroundTasks }) {
      backgroundTasks.addTask(() => events.push('task'))
      yield 'first'
      await Bun.sleep(50)
      events.push('last byte')
      yield 'last'
    })
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })

  await (await fetch(app.server!.url)).text()
  await app.decorator.background.idle()

  expect(events).toEqual(['last byte', 'task'])
  await app.stop(true)
})

test('what fails behind the handler, late, runs nothing', async () => {
  let task: BackgroundTask | undefined
  const app = new Elysia()
    .use(background())
    .onAfterHandle(async () => {
      await Bun.sleep(20)
      throw new Error('commit failed')
    })
    .get('/', ({ backgroundTasks }) => {
      task = backgroundTasks.addTask(() => {})
      return 'ok'
    })
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })

  const response = await fetch(app.server!.url)

  expect(response.status).toBe(500)
  await app.decorator.background.idle()
  expect(task?.status).toBe('skipped')
  await app.stop()
})

test('a wrapper that answers before the handler has ended does not start its tasks', async () => {
  const { app, told, started, runner } = slow(true)
  app.wrap(
    (answer) => (request: Request) =>
      Promise.race([
        Promise.resolve(answer(request)),
        turn().then(() => new Response('504', { status: 504 })),
      ]),
  )
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  const response = await fetch(app.server!.url)
  expect(response.status).toBe(504)
  const task = await started
  await turn()
  expect(task.status).toBe('waiting')

  told.reject(new Error('late'))
  await runner.idle()

  expect(task.status).toBe('skipped')
  await app.stop(true)
})

test('a request that is not really one is answered all the same', async () => {
  let task: BackgroundTask | undefined
  const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
    task = backgroundTasks.addTask(() => {})
    return 'ok'
  })
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  const hostile = new Proxy(get(), { get: (request, name) => Reflect.get(request, name, request) })

  expect(await (await app.fetch(hostile)).text()).toBe('ok')

  await app.decorator.background.idle()
  expect(task?.status).toBe('succeeded')
  await app.stop()
})

test('a page that Bun would bundle is named, with what to do', async () => {
  using warn = spyOn(console, 'warn').mockImplementation(() => {})
  const page = (await import('./processes/page.html')).default as unknown as Bun.HTMLBundle
  const app = new Elysia().use(background()).get('/page', page)
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })

  expect(warn.mock.calls.flat().map(String)).toEqual([
    expect.stringContaining("new Elysia({ serve: { routes: { '/page': page } } })"),
  ])
  await app.stop(true)
})

test('a page that Bun bundles stays one where it is given to Bun', async () => {
  const page = (await import('./processes/page.html')).default as unknown as Bun.HTMLBundle
  const app = new Elysia({ serve: { routes: { '/': page } } })
    .use(background())
    .get('/api', () => 'ok')
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })

  expect(await (await fetch(app.server!.url)).text()).toContain('<title>A page</title>')
  expect(await (await fetch(new URL('/api', app.server!.url))).text()).toBe('ok')
  await app.stop(true)
})

test('a list whose handler throws undefined when its client has left is let go, and runs nothing', async () => {
  const left = Promise.withResolvers<void>()
  const leaving = new AbortController()
  let task: BackgroundTask | undefined
  const app = new Elysia()
    .use(background({ sendLimit: 300 }))
    .get('/', async ({ backgroundTasks, request }) => {
      task = backgroundTasks.addTask(() => {})
      request.signal.addEventListener('abort', () => left.resolve())
      leaving.abort()
      await left.promise
      throw undefined
    })
    .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  using _ = spyOn(console, 'error').mockImplementation(() => {})

  await fetch(app.server!.url, { signal: leaving.signal }).catch(() => {})
  await left.promise
  await app.decorator.background.idle()

  expect(task?.status).toBe('skipped')
  await app.stop()
})

test('a wrapper that hands on a request of its own keeps nobody waiting', async () => {
  let task: BackgroundTask | undefined
  const app = new Elysia()
    .wrap((answer) => (request: Request) => answer(new Request(request.url, request)))
    .use(background())
    .get('/', ({ backgroundTasks }) => {
      task = backgroundTasks.addTask(() => {})
      return 'ok'
    })

  await app.handle(get())
  await app.decorator.background.idle()

  expect(task?.status).toBe('succeeded')
})

test('what another app does with the same request is its own affair', async () => {
  const inner = new Elysia()
    .wrap(() => async () => {
      throw new Error('down')
    })
    .use(background())
    .get('/', () => 'ok')
  let task: BackgroundTask | undefined
  const outer = new Elysia().use(background()).get('/', async ({ backgroundTasks, request }) => {
    task = backgroundTasks.addTask(() => {})
    await turn()
    return await Promise.resolve(inner.fetch(request)).catch(() => 'fallback')
  })

  const response = await outer.handle(get())

  expect(await response.text()).toBe('fallback')
  await outer.decorator.background.idle()
  expect(task?.status).toBe('succeeded')
})

test('one request that is handled twice at once has two answers', async () => {
  const tasks: BackgroundTask[] = []
  const late = Promise.withResolvers<string>()
  const app = new Elysia().use(background()).get('/', async ({ backgroundTasks }) => {
    const number = tasks.push(backgroundTasks.addTask(() => {}))
    return number === 1 ? await late.promise : 'second'
  })
  const request = get()
  const responses = [app.handle(request), app.handle(request)]
  await responses[1]
  await turn()
  await turn()
  expect(tasks.map(({ status }) => status)).toEqual(['waiting', 'succeeded'])

  late.reject(new Error('first'))
  await Promise.all(responses)
  await app.decorator.background.idle()

  expect(tasks.map(({ status }) => status)).toEqual(['skipped', 'succeeded'])
})

test('a list that is added where there is no route stays together', async () => {
  const events: string[] = []
  const app = new Elysia().use(background({ onError: () => {} })).onError(({ backgroundTasks }) => {
    const list = new BackgroundTasks()
    list.use({ [Symbol.dispose]: () => void events.push('closed') })
    list.addTask(async () => {
      await turn()
      events.push('first')
    })
    list.addTask(() => {
      throw new Error('second')
    })
    list.addTask(() => events.push('third'))
    backgroundTasks.addTask(list)
    return 'not here'
  })

  await app.handle(get('/unknown'))
  await app.decorator.background.idle()

  expect(events).toEqual(['first', 'closed'])
})

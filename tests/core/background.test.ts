/** The plugin inside Elysia: wherever a handler can be, and wherever a task can be added. */
import { describe, expect, jest, test } from 'bun:test'

import { type AnyElysia, Elysia } from 'elysia'

import {
  attach,
  background,
  type BackgroundOptions,
  BackgroundRunner,
  type BackgroundTask,
  runnerOf,
  subscribe,
} from '../../core'

const get = (path: string) => new Request(`http://localhost${path}`)

/** Serves `path` on a real port. */
async function fetchFrom(app: AnyElysia, path: string): Promise<Response> {
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  return fetch(new URL(path, app.server?.url))
}

/** Timers, but not immediates, wait for `pass`. */
function fakeTime(): Disposable & { pass(milliseconds: number): void } {
  jest.useFakeTimers()
  return {
    pass: (milliseconds) => void jest.advanceTimersByTime(milliseconds),
    [Symbol.dispose]: () => void jest.useRealTimers(),
  }
}

for (const aot of [true, false]) {
  describe(aot ? 'compiled ahead of time' : 'aot: false', () => {
    /** An app, what its tasks have done, and a handler that adds one. */
    function arrange(options: BackgroundOptions = {}) {
      const ran: string[] = []
      const app = new Elysia({ aot }).use(background(options))
      const run = async (name: string) => {
        ran.push(name)
      }
      return { app, ran, run, idle: () => app.decorator.background.idle() }
    }

    test('a task is pending from addTask to its end, through app.handle', async () => {
      const { app, ran, run, idle } = arrange()
      const { background: runner } = app.decorator
      app.get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(run, 'task')
        return `pending ${runner.pending}`
      })

      const response = await app.handle(get('/'))

      expect(await response.text()).toBe('pending 1')
      expect(runner.pending).toBe(1)
      await idle()
      expect(runner.pending).toBe(0)
      expect(ran).toEqual(['task'])
    })

    test('a task runs behind a real port', async () => {
      const { app, ran, run, idle } = arrange()
      app.get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(run, 'task')
        return 'ok'
      })

      const response = await fetchFrom(app, '/')

      expect(await response.text()).toBe('ok')
      await idle()
      expect(ran).toEqual(['task'])
      await app.stop()
    })

    test('a handler in a child app, in a group and in a guard has backgroundTasks', async () => {
      const { app, ran, run, idle } = arrange()
      const child = new Elysia({ prefix: '/child', aot })
        .use(background())
        .get('/', ({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'child')
          return 'ok'
        })
      app
        .use(child)
        .group('/group', (group) =>
          group.get('/', ({ backgroundTasks }) => {
            backgroundTasks.addTask(run, 'group')
            return 'ok'
          }),
        )
        .guard({ beforeHandle: () => {} }, (guarded) =>
          guarded.get('/guard', ({ backgroundTasks }) => {
            backgroundTasks.addTask(run, 'guard')
            return 'ok'
          }),
        )

      for (const path of ['/child', '/group', '/guard'])
        expect((await app.handle(get(path))).status).toBe(200)

      await idle()
      expect(ran).toEqual(['child', 'group', 'guard'])
    })

    test('a child without the plugin runs its tasks in its parent', async () => {
      const { app, ran, run, idle } = arrange()
      const child = new Elysia({ prefix: '/child', aot }).use(background())
      child.get('/', ({ backgroundTasks, background: runner }) => {
        backgroundTasks.addTask(run, runner === runnerOf(app) ? "the parent's" : "the child's")
        return 'ok'
      })
      app.use(child)

      await app.handle(get('/child'))

      await idle()
      expect(ran).toEqual(["the parent's"])
    })

    test('derive, resolve, beforeHandle, a macro, afterHandle and mapResponse add to one list, in that order', async () => {
      const { app, ran, run, idle } = arrange()
      app
        .macro({
          audited: {
            resolve({ backgroundTasks }) {
              backgroundTasks.addTask(run, 'macro')
            },
          },
        })
        .derive(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'derive')
          return {}
        })
        .resolve(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'resolve')
          return {}
        })
        .onBeforeHandle(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'beforeHandle')
        })
        .onAfterHandle(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'afterHandle')
        })
        .get(
          '/',
          ({ backgroundTasks }) => {
            backgroundTasks.addTask(run, 'handler')
            return 'ok'
          },
          { audited: true },
        )

      await app.handle(get('/'))

      await idle()
      expect(ran.toSorted()).toEqual([
        'afterHandle',
        'beforeHandle',
        'derive',
        'handler',
        'macro',
        'resolve',
      ])
      expect(ran.slice(-2)).toEqual(['handler', 'afterHandle'])
    })

    test('a beforeHandle or resolve that answers early keeps its tasks', async () => {
      const { app, ran, run, idle } = arrange()
      app
        .get('/before', () => 'never', {
          beforeHandle({ backgroundTasks, status }) {
            backgroundTasks.addTask(run, 'before')
            return status(401, 'no')
          },
        })
        .guard({}, (guarded) =>
          guarded
            .resolve(({ backgroundTasks, status }) => {
              backgroundTasks.addTask(run, 'resolve')
              return status(403, 'no')
            })
            .get('/resolve', () => 'never'),
        )

      const statuses = [
        (await app.handle(get('/before'))).status,
        (await app.handle(get('/resolve'))).status,
      ]

      await idle()
      expect(statuses).toEqual([401, 403])
      expect(ran).toEqual(['before', 'resolve'])
    })

    test('what a failing handler added is skipped, what the error handler adds runs', async () => {
      const { app, ran, run, idle } = arrange()
      let skipped: BackgroundTask | undefined
      app
        .onError(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'alert')
          return 'sorry'
        })
        .get('/', ({ backgroundTasks }) => {
          skipped = backgroundTasks.addTask(run, 'handler')
          throw new Error('the handler failed')
        })

      const response = await app.handle(get('/'))

      await idle()
      expect(await response.text()).toBe('sorry')
      expect(ran).toEqual(['alert'])
      expect(skipped?.status).toBe('skipped')
    })

    test("an app's own `error` and `code` are not taken for a failure, and do not hide one", async () => {
      const { app, ran, run, idle } = arrange()
      app
        .resolve(({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'early')
          return { error: null }
        })
        .get('/ok', ({ backgroundTasks, set }) => {
          set.status = 401
          backgroundTasks.addTask(run, 'ok')
          return 'ok'
        })
        .get('/throws', ({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'throws')
          throw new Error('the handler failed')
        })

      await app.handle(get('/ok'))
      await app.handle(get('/throws'))

      await idle()
      expect(ran).toEqual(['early', 'ok'])
    })

    test('a request that is handled twice runs both of its lists', async () => {
      const { app, ran, run, idle } = arrange()
      app
        .get('/inner', async function* ({ backgroundTasks }) {
          backgroundTasks.addTask(run, 'inner')
          yield 'streamed'
        })
        .get('/', ({ backgroundTasks }) => {
          backgroundTasks.addTask(run, 'outer')
          return app.handle(get('/inner'))
        })

      const response = await fetchFrom(app, '/')

      expect(await response.text()).toBe('streamed')
      await idle()
      expect(ran.toSorted()).toEqual(['inner', 'outer'])
      await app.stop()
    })

    test('addTask says what became of the task: status, error, name, arguments and id', async () => {
      const { app, idle } = arrange({ onError() {} })
      const added: BackgroundTask[] = []
      const boom = new Error('boom')
      app.get('/', ({ backgroundTasks }) => {
        const greet = async (_name: string, _times: number) => {}
        const fail = async () => {
          throw boom
        }
        added.push(backgroundTasks.addTask(greet, 'ada', 3))
        added.push(backgroundTasks.addTask(fail))
        added.push(backgroundTasks.addTask(greet, 'grace', 1))
        return added.map(({ status }) => status).join()
      })

      const response = await app.handle(get('/'))

      await idle()
      expect(await response.text()).toBe('waiting,waiting,waiting')
      expect(added.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'skipped'])
      expect(added.map(({ name }) => name)).toEqual(['greet', 'fail', 'greet'])
      expect(added[0]?.args).toEqual(['ada', 3])
      expect(added[1]?.error).toBe(boom)
      expect(new Set(added.map(({ id }) => id)).size).toBe(3)
    })

    test('every change of a task is an event, in order', async () => {
      const { app, run, idle } = arrange()
      const seen: string[] = []
      app.get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(run, 'a')
        return 'ok'
      })
      using _ = subscribe(({ status, task, at }) => {
        if (task.args[0] === 'a' && at > 0) seen.push(status)
      })

      await app.handle(get('/'))

      await idle()
      expect(seen).toEqual(['waiting', 'running', 'succeeded'])
    })

    test('the hooks make Elysia read nothing of a request that the handler does not read', () => {
      const { app } = arrange()

      const { inference } = app as unknown as { inference: Record<string, boolean> }

      expect(Object.values(inference).some(Boolean)).toBe(false)
    })

    test.each(['success', 'always'] as const)(
      'a handler that fails after a while, when: %s',
      async (when) => {
        const { app, ran, run, idle } = arrange({ when })
        app.get('/', async ({ backgroundTasks }) => {
          const task = backgroundTasks.addTask(run, 'task')
          await new Promise(setImmediate)
          await new Promise(setImmediate)
          expect(task.status).toBe('waiting')
          throw new Error('boom')
        })

        const response = await app.handle(get('/'))

        expect(response.status).toBe(500)
        await idle()
        expect(ran).toEqual(when === 'always' ? ['task'] : [])
      },
    )

    test('the list is not something that the client can reach', async () => {
      const { app } = arrange()
      app.get('/', ({ query }) => query)

      const response = await app.handle(get('/?backgroundTasks=x&background=y'))

      expect(await response.json()).toEqual({ backgroundTasks: 'x', background: 'y' })
    })
  })
}

test.each([false, true])('a plain handler stays plain, minified: %s', async (minify) => {
  const entry = new URL('processes/plain.ts', import.meta.url).pathname
  const { outputs } = await Bun.build({ entrypoints: [entry], target: 'bun', minify })
  const program = await outputs[0]!.text()

  const child = Bun.spawn([process.execPath, 'run', '-'], {
    stdin: new Blob([program]),
    stdout: 'pipe',
  })

  expect(await new Response(child.stdout).text()).toBe('Response\n')
})

test('a handler that throws undefined runs nothing', async () => {
  const path = new URL('processes/throws-undefined.ts', import.meta.url).pathname
  const child = Bun.spawn([process.execPath, path], { stdout: 'pipe', stderr: 'ignore' })

  expect(await new Response(child.stdout).text()).toBe('skipped\n')
})

test('a client that leaves does not start the tasks of a handler that is still at work', async () => {
  const handler = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  const leaving = new AbortController()
  using time = fakeTime()
  const app = new Elysia().use(background()).get('/', async ({ backgroundTasks, request }) => {
    const task = backgroundTasks.addTask(() => {})
    request.signal.addEventListener('abort', () => aborted.resolve())
    leaving.abort()
    await handler.promise
    return task.status
  })
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  const { background: runner } = app.decorator
  await fetch(app.server!.url, { signal: leaving.signal }).catch(() => {})
  await aborted.promise
  time.pass(30_000)

  expect(runner.pending).toBe(1)
  handler.resolve()
  await runner.idle()
  expect(runner.pending).toBe(0)
  await app.stop()
})

test('a message on a web socket can add a task', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const app = new Elysia().use(background()).ws('/', {
    message(socket, message) {
      socket.data.backgroundTasks.addTask(resolve, message)
    },
  })
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  const socket = new WebSocket(app.server!.url.href.replace('http', 'ws'))
  socket.addEventListener('open', () => socket.send('from a socket'))

  expect(await promise).toBe('from a socket')
  socket.close()
  await app.stop()
})

test('every call of app.stop() waits for the tasks', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const events: string[] = []
  const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(async () => {
      await promise
      events.push('task')
    })
    return 'ok'
  })
  await (await fetchFrom(app, '/')).text()

  const stops = [1, 2].map((call) => app.stop().then(() => events.push(`stop ${call}`)))
  resolve()
  await Promise.all(stops)

  expect(events).toEqual(['task', 'stop 1', 'stop 2'])
})

test('a plugin that two apps share serves one after the other has stopped', async () => {
  const shared = background()
  const make = () =>
    new Elysia().use(shared).get('/', ({ backgroundTasks }) => {
      const { status } = backgroundTasks.addTask(() => {})
      return status
    })
  const [one, other] = [make(), make()]
  await (await fetchFrom(one, '/')).text()
  await (await fetchFrom(other, '/')).text()

  await one.stop()
  const response = await fetch(other.server!.url)

  expect(await response.text()).toBe('waiting')
  await other.stop()
})

test('where the plugin is used in a group only, its tasks run all the same', async () => {
  const ran: string[] = []
  const app = new Elysia().group('/group', (group) =>
    group.use(background()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(() => ran.push('task'))
      return 'ok'
    }),
  )

  await app.handle(get('/group'))
  await runnerOf(app).idle()

  expect(ran).toEqual(['task'])
})

test('where the plugin is used in a group, attach() makes the app stop with it', async () => {
  const events: string[] = []
  const app = new Elysia().group('/group', (group) =>
    group.use(background()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(async () => {
        await new Promise(setImmediate)
        events.push('task')
      })
      return 'ok'
    }),
  )
  attach(app)
  app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  await (await fetch(new URL('/group', app.server!.url))).text()

  await app.stop()

  expect(events).toEqual(['task'])
})

test('attach() refuses a runner that background() has not made, and an app without one', () => {
  const other = new Elysia().decorate('background', new BackgroundRunner())

  expect(() => attach(other)).toThrow(TypeError)
  expect(() => attach(other)).toThrow('was not made by background(), and cannot follow a server')
  expect(() => attach(new Elysia())).toThrow('This app has no background runner')
})

test('app.stop() leaves an app that can listen and take tasks again', async () => {
  const ran: number[] = []
  const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(() => ran.push(ran.length + 1))
    return 'ok'
  })

  for (let round = 0; round < 3; round++) {
    await (await fetchFrom(app, '/')).text()
    await app.stop()
  }

  expect(ran).toEqual([1, 2, 3])
})

test('app.stop() drains also where a hook of the app fails', async () => {
  const events: string[] = []
  const app = new Elysia()
    .use(background())
    .onStop(() => {
      throw new Error('onStop')
    })
    .get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(async () => {
        await new Promise(setImmediate)
        events.push('task')
      })
      return 'ok'
    })
  await (await fetchFrom(app, '/')).text()

  const failure = await app.stop().catch((error: unknown) => error)

  expect(failure).toEqual(new Error('onStop'))
  expect(events).toEqual(['task'])
})

test('outside of a route, use() says what to do', async () => {
  let refusal: unknown
  const app = new Elysia().use(background()).onError(({ backgroundTasks }) => {
    try {
      backgroundTasks.use({ [Symbol.dispose]() {} })
    } catch (error) {
      refusal = error
    }
    return 'not here'
  })

  await app.handle(get('/unknown'))

  expect(String(refusal)).toContain('Make one: const list = new BackgroundTasks(); list.use(')
})

test('a name that is taken is said aloud when the app starts', () => {
  const app = new Elysia().decorate('background', { colour: 'red' }).use(background())

  expect(() => app.listen({ port: 0, hostname: '127.0.0.1' })).toThrow(
    'leave the name "background" to it',
  )
})

test('an app without the plugin has no runner, and says so', () => {
  expect(() => runnerOf(new Elysia())).toThrow('add .use(background())')
})

test('options are checked where they are given', () => {
  expect(() => background({ onFail: 'halt' } as object)).toThrow(
    'background() has no option onFail. Did you mean onFailure?',
  )
  expect(() => background({ verbose: true } as object)).toThrow(
    'background() has no option verbose. It has: onError,',
  )
  expect(() => background({ sendLimit: '1s' as never })).toThrow('sendLimit must be milliseconds')
  expect(() => background({ concurrency: 0 })).toThrow(
    'concurrency must be a whole number from 1 up, or Infinity, got 0.',
  )
  expect(() => background({ capacity: 1.5 })).toThrow('capacity must be a whole number')
  expect(() => background({ deadline: -1 })).toThrow(
    'deadline must be milliseconds from 0 up, got -1.',
  )
  expect(() => background({ when: 'never' as 'always' })).toThrow('when must be one of')
  expect(() => background({ onFailure: 'stop' as 'halt' })).toThrow('onFailure must be one of')
  expect(() => background({ onError: 'log' as never })).toThrow(
    'onError must be a function, got "log".',
  )
})

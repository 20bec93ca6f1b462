/**
 * One small app for each case, served by a process of its own. Every subject runs the same ones: what a subject does
 * not have (`runner`) is undefined, and the case that needs it counts as not offered.
 */
import { heapStats } from 'bun:jsc'
import { AsyncLocalStorage } from 'node:async_hooks'

import { html } from '@elysiajs/html'
import { type AnyElysia, Elysia, sse, t } from 'elysia'

import {
  type background,
  type BackgroundOptions,
  type BackgroundRunner,
  type BackgroundTask,
  type BackgroundTasks,
  stopOnSignals,
  type TaskStatus,
} from '../../../core'

/** What a subject is to the scenarios: something with the types of our plugin. */
export type Plugin = (options?: BackgroundOptions) => ReturnType<typeof background>

export type World = {
  plugin: Plugin
  /** Makes an Elysia in the mode under test. */
  elysia: () => Elysia
  log: (event: string, name: string, data?: unknown) => void
  /** Makes task functions that say when they start and end. */
  task: (name: string, milliseconds?: number) => () => Promise<void>
  syncTask: (name: string) => () => void
  block: (name: string, milliseconds: number) => () => void
  boom: (name: string, thrown?: unknown) => (...args: unknown[]) => Promise<never>
  onError: NonNullable<BackgroundOptions['onError']>
  runner: () => BackgroundRunner
  file: (bytes: number) => string
  /** Called when the app listens. */
  onListen: (callback: () => void) => void
  /** The subject's own class. */
  BackgroundTasks: new () => BackgroundTasks
}

const wait = Bun.sleep

export type Scenario = (world: World) => AnyElysia

export const scenarios = {
  S1: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1'))
        return 'task initiated'
      }),

  S2: ({ elysia, plugin, syncTask }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(syncTask('t1'))
        return 'task initiated'
      }),

  S3: ({ elysia, plugin, log }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        const add = async (amount: number) => log('start', 'add', amount)
        backgroundTasks.addTask(add, 1)
        backgroundTasks.addTask(add, 2)
        backgroundTasks.addTask(add, 3)
        return 'tasks initiated'
      }),

  S4: ({ elysia, plugin, boom, task, onError }) =>
    elysia()
      .use(plugin({ onError }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(boom('t1'))
        backgroundTasks.addTask(task('t2'))
        return 'tasks initiated'
      }),

  S5: ({ elysia, plugin, boom, onError, log }) =>
    elysia()
      .onError(() => {
        log('app-error', 'app')
        return 'from the error handler'
      })
      .use(plugin({ onError }))
      .get('/', ({ backgroundTasks, set }) => {
        backgroundTasks.addTask(boom('t1'))
        set.status = 204
      }),

  S6: ({ elysia, plugin, block, log }) =>
    elysia()
      .use(plugin())
      .get('/generator', async function* ({ backgroundTasks }) {
        backgroundTasks.addTask(block('t1', 1_000))
        for (const part of ['a', 'b', 'c']) {
          log('chunk', part)
          yield part
          await wait(20)
        }
      })
      .get('/stream', ({ backgroundTasks }) => {
        backgroundTasks.addTask(block('t1', 1_000))
        return new Response(
          new ReadableStream({
            async start(controller) {
              for (const part of ['a', 'b', 'c']) {
                log('chunk', part)
                controller.enqueue(part)
                await wait(20)
              }
              controller.close()
            },
          }),
        )
      })
      .get('/sse', async function* ({ backgroundTasks }) {
        backgroundTasks.addTask(block('t1', 1_000))
        for (const part of ['a', 'b', 'c']) {
          log('chunk', part)
          yield sse({ data: part })
          await wait(20)
        }
      }),

  S7: ({ elysia, plugin, block, file }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(block('t1', 1_000))
        return Bun.file(file(8_000_000))
      }),

  S9: ({ elysia, plugin, task, log }) =>
    elysia()
      .use(plugin())
      .get('/after', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1', 50))
        return 'short'
      })
      .get('/middle', async function* ({ backgroundTasks }) {
        backgroundTasks.addTask(task('t1', 50))
        for (let part = 0; part < 1_000; part++) {
          log('chunk', String(part))
          yield 'x'.repeat(100_000)
          await wait(5)
        }
      }),

  S11: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .get('/:name', ({ backgroundTasks, params }) => {
        backgroundTasks.addTask(task(params.name, 100))
        return 'x'.repeat(1_000)
      }),

  S13: ({ elysia, plugin, task }) => {
    const app = elysia().use(plugin())
    for (let hook = 0; hook < 10; hook++) {
      app.use(
        new Elysia({ name: `hook-${hook}` }).derive({ as: 'global' }, (context) => {
          tasksOf(context).addTask(task(`hook ${hook}`))
          return {}
        }),
      )
    }
    return app.get('/', () => 'ok')
  },

  S14: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks, redirect }) => {
        backgroundTasks.addTask(task('t1'))
        return redirect('/elsewhere', 302)
      }),

  S15: ({ elysia, plugin, task, onError }) =>
    elysia()
      .use(plugin({ onError }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1'))
        throw new Error('the handler failed')
      })
      .get('/async', async ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1'))
        await wait(5)
        throw new Error('the handler failed')
      }),

  'S15 always': ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin({ when: 'always' }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1'))
        throw new Error('the handler failed')
      }),

  S16: ({ elysia, plugin, task, log }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(async () => {
          log('start', 't1')
          backgroundTasks.addTask(task('t3'))
        })
        backgroundTasks.addTask(task('t2'))
        return 'ok'
      }),

  F2: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .derive(({ backgroundTasks }) => {
        backgroundTasks.addTask(task('derive'))
        return {}
      })
      .resolve(({ backgroundTasks }) => {
        backgroundTasks.addTask(task('resolve'))
        return {}
      })
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('handler'))
        return 'ok'
      }),

  F4: ({ elysia, plugin, log }) =>
    elysia()
      .use(plugin())
      .derive(({ backgroundTasks }) => {
        const resource = { isOpen: true, [Symbol.dispose]: () => close() }
        const close = () => {
          resource.isOpen = false
          log('closed', 'resource')
        }
        return { resource: backgroundTasks.use(resource) }
      })
      .get('/', ({ backgroundTasks, resource }) => {
        backgroundTasks.addTask(async () => {
          await wait(20)
          log('used', 'resource', resource.isOpen)
        })
        return 'ok'
      })
      .get('/throws', () => {
        throw new Error('the handler failed')
      }),

  F7: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('t1'))
        return new Response('mine', { status: 201, headers: { 'x-mine': 'yes' } })
      }),

  H2: ({ elysia, plugin, task, BackgroundTasks }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        const inner = new BackgroundTasks()
        inner.addTask(task('b'))
        backgroundTasks.addTask(task('a'))
        backgroundTasks.addTask(inner)
        backgroundTasks.addTask(task('c'))
        return 'ok'
      }),

  H4: ({ elysia, plugin, task, boom, onError, log }) =>
    elysia()
      .use(html())
      .use(plugin({ onError }))
      .get('/', ({ backgroundTasks }) => {
        const added = [
          backgroundTasks.addTask(task('t1')),
          backgroundTasks.addTask(boom('t2'), 'ada', 7),
          backgroundTasks.addTask(task('t3')),
        ]
        // Who returns nothing from addTask has no status to look at, and is not asked for one.
        if (added[0]) void statuses(added).then((list) => log('statuses', 'list', list))
        else log('statuses', 'list', 'none')
        return '<h1>Signup successful!</h1>'
      }),

  N3: ({ elysia, plugin, block, log }) =>
    elysia()
      .use(plugin())
      .get('/', async function* ({ backgroundTasks }) {
        for (const part of ['a', 'b', 'c']) {
          log('chunk', part)
          yield part
          backgroundTasks.addTask(block(`after ${part}`, 50))
          await wait(20)
        }
        log('closing', 'stream')
      }),

  N4: ({ elysia, plugin, log }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        const descend = async (depth: number) => {
          log('start', `depth ${depth}`)
          await wait(10)
          if (depth < 5) backgroundTasks.addTask(descend, depth + 1)
        }
        backgroundTasks.addTask(descend, 1)
        return 'ok'
      }),

  N10: ({ elysia, plugin, log }) => {
    const visitor = new AsyncLocalStorage<string>()
    return elysia()
      .use(plugin())
      .get('/:name', ({ backgroundTasks, params }) =>
        visitor.run(params.name, () => {
          backgroundTasks.addTask(async () => {
            await wait(5)
            log('store', params.name, visitor.getStore())
          })
          return 'ok'
        }),
      )
  },

  N11: ({ elysia, plugin, task, log }) =>
    elysia()
      .use(plugin())
      .derive(({ backgroundTasks, path }) => {
        backgroundTasks.addTask(task(path))
        return {}
      })
      .get('/redirect', ({ redirect }) => redirect('/elsewhere'))
      .get('/not-found', ({ status }) => status(404, 'no such thing'))
      .get('/validated', () => 'ok', { query: t.Object({ number: t.Numeric() }) })
      .get('/throws', () => {
        throw new Error('the handler failed')
      })
      .get('/aborted', async function* () {
        for (let part = 0; part < 1_000; part++) {
          log('chunk', String(part))
          yield 'x'.repeat(100_000)
          await wait(5)
        }
      }),

  N13: ({ elysia, plugin, task, log, runner, onListen }) => {
    const app = elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('quick', 100))
        return 'ok'
      })
      .get('/hung', ({ backgroundTasks }) => {
        const hung = async (_reason: string) => wait(60_000)
        backgroundTasks.addTask(hung, 'a dead service')
        backgroundTasks.addTask(task('behind'))
        return 'ok'
      })
      .get('/adds-more', ({ backgroundTasks }) => {
        const addsMore = async () => {
          log('start', 'adds more')
          await wait(150)
          backgroundTasks.addTask(task('to a held list'))
          try {
            runner().addTask(task('a new list'))
          } catch (error) {
            log('refused', String((error as { reason?: string }).reason))
          }
        }
        backgroundTasks.addTask(addsMore)
        return 'ok'
      })
    onListen(() => stopOnSignals(app, { deadline: 1_000 }))
    return app
  },

  L1: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin({ when: 'always' }))
      .get('/returned', ({ backgroundTasks, status }) => {
        backgroundTasks.addTask(task('returned'))
        return status(418, 'a teapot')
      })
      .get('/thrown', ({ backgroundTasks, status }) => {
        backgroundTasks.addTask(task('thrown'))
        throw status(418, 'a teapot')
      }),

  D1: ({ elysia, plugin, onError, boom }) => {
    const thrown: Record<string, unknown> = {
      undefined: undefined,
      string: 'a string',
      hostile: {
        toString() {
          throw new Error('toString throws')
        },
      },
    }
    return elysia()
      .use(plugin({ onError }))
      .get('/:what', ({ backgroundTasks, params }) => {
        backgroundTasks.addTask(boom(params.what, thrown[params.what]))
        return 'ok'
      })
  },

  'D1 without onError': ({ elysia, plugin }) =>
    elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        const hostile = async () => {
          throw {
            toString() {
              throw new Error('toString throws')
            },
            get message() {
              throw new Error('message throws')
            },
          }
        }
        backgroundTasks.addTask(hostile)
        return 'ok'
      }),

  D2: ({ elysia, plugin, boom, task }) =>
    elysia()
      .use(
        plugin({
          onError: ({ task: failed }) => {
            const fail = () => {
              throw new Error(`the handler of ${failed.name} failed`)
            }
            return failed.args[0] === 'rejects' ? Promise.resolve().then(fail) : fail()
          },
          onFailure: 'continue',
        }),
      )
      .get('/:how', ({ backgroundTasks, params }) => {
        backgroundTasks.addTask(boom('t1'), params.how)
        backgroundTasks.addTask(task('t2'))
        return 'ok'
      }),

  D3: ({ elysia, plugin, task }) => {
    const add = (context: object, name: string) => tasksOf(context)?.addTask(task(name))
    return elysia()
      .use(plugin())
      .onRequest((context) => {
        const { pathname } = new URL(context.request.url)
        if (pathname !== '/early') return undefined
        add(context, 'onRequest')
        return 'early'
      })
      .onError((context) => {
        if (context.code === 'NOT_FOUND') add(context, 'not found')
        else if (context.code === 'VALIDATION') add(context, 'validation error')
        else add(context, 'parse error')
      })
      .get('/static', 'a static value', { beforeHandle: (context) => void add(context, 'static') })
      .get('/response', new Response('a static response'), {
        beforeHandle: (context) => void add(context, 'static response'),
      })
      .get('/plain', 'no hook at all')
      .post('/json', ({ body }) => body, { body: t.Object({ number: t.Number() }) })
  },

  D4: ({ elysia, plugin, task, log }) => {
    const slow = (tasks: BackgroundTasks) =>
      wait(30)
        .then(() => {
          tasks.addTask(task('late'))
          return wait(30)
        })
        .then(() => {
          log('answered', 'handler')
          return 'slow'
        })
    return elysia()
      .use(plugin())
      .get('/', ({ query, backgroundTasks }) => (query.quick ? 'quick' : slow(backgroundTasks)))
  },

  D5: ({ elysia, plugin, runner }) => {
    let running = 0
    let most = 0
    let ended = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await wait(100)
      running--
      ended++
    }
    return elysia()
      .use(plugin({ concurrency: 50 }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(work)
        return 'ok'
      })
      .get('/report', () => {
        Bun.gc(true)
        return { most, ended, pending: runner().pending, heap: heapStats().heapSize }
      })
  },

  D6: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin({ capacity: 2, concurrency: 1 }))
      .get('/:name', ({ backgroundTasks, params }) => {
        backgroundTasks.addTask(task(params.name, 400))
        return 'ok'
      }),

  D7: ({ elysia, plugin, block }) => {
    const app = elysia().use(plugin())
    for (const bytes of [10, 1_000_000, 8_000_000]) {
      app.get(`/${bytes}`, (context) => {
        tasksOf(context).addTask(block('t1', 1_000))
        return 'x'.repeat(bytes)
      })
    }
    return app.get('/stream', async function* ({ backgroundTasks }) {
      backgroundTasks.addTask(block('t1', 1_000))
      for (let part = 0; part < 5; part++) {
        yield 'x'.repeat(100_000)
        await wait(5)
      }
    })
  },

  D8: ({ elysia, plugin, task, log }) => {
    const app = elysia()
      .use(plugin({ concurrency: 1 }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('running', 100))
        return 'ok'
      })
      .get('/waiting', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('waiting', 10))
        return 'ok'
      })
      .get('/stop', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('added with the stop', 10))
        void app.stop().then(() => log('stopped', 'app'))
        return 'stopping'
      })
    return app
  },

  D9: ({ elysia, plugin, task, log }) => {
    const add = (name: string) => (context: object) => {
      tasksOf(context).addTask(task(name))
      return 'ok'
    }
    const child = new Elysia({ prefix: '/child' }).use(plugin()).get('/', add('child'))
    const app = elysia().use(plugin()).use(child).use(plugin()).get('/parent', add('parent'))
    const other = elysia().use(plugin()).get('/other', add('other'))
    other.listen({ port: 0, hostname: '127.0.0.1' })
    log('port', 'other', other.server?.port)
    return app
  },

  D10: ({ elysia, plugin, task, onListen }) => {
    const other = elysia().use(plugin())
    const app = elysia()
      .use(plugin())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('quick', 20))
        other.decorator.background.addTask(task('slow', 400))
        return 'ok'
      })
    onListen(() => {
      other.listen({ port: 0, hostname: '127.0.0.1' })
      stopOnSignals(app)
      stopOnSignals(other)
    })
    return app
  },

  D11: ({ elysia, plugin, log }) =>
    elysia()
      .use(plugin())
      .get('/other', () => 'ok')
      .get('/:how', ({ backgroundTasks, params: { how } }) => {
        let isFirst = true
        const begin = () => {
          if (!isFirst) return
          isFirst = false
          log('start', how)
          setTimeout(() => log('timer', how), 1)
        }
        const plain = () => {
          begin()
          backgroundTasks.addTask(plain)
        }
        const microtasks = async () => {
          begin()
          await Promise.resolve()
          backgroundTasks.addTask(microtasks)
        }
        // A second and more of them: async, because a peer takes nothing else.
        const small = async () => {
          begin()
          Bun.sleepSync(0.01)
        }
        if (how === 'plain') backgroundTasks.addTask(plain)
        else if (how === 'microtasks') backgroundTasks.addTask(microtasks)
        else {
          for (let number = 0; number < 200_000; number++) backgroundTasks.addTask(small)
          backgroundTasks.addTask(async () => log('end', how))
        }
        return 'ok'
      }),

  D12: ({ elysia, plugin }) =>
    elysia()
      .use(plugin({ capacity: 5_000 }))
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(() => {})
        return 'ok'
      }),

  D13: ({ elysia, plugin, task }) =>
    elysia()
      .use(plugin())
      .get('/', async ({ backgroundTasks }) => {
        const added = backgroundTasks.addTask(task('t1'))
        await added.run().catch(() => {})
        return 'ok'
      }),

  D14: ({ elysia, plugin, boom, task, runner, log }) =>
    elysia()
      .use(
        plugin({
          onError: () => {
            void runner()
              .drain(50)
              .then(() => {
                runner().resume()
                log('drained', 'runner')
              })
            return new Promise(() => {})
          },
        }),
      )
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(boom('t1'))
        return 'ok'
      })
      .get('/after', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task('after'))
        return 'ok'
      }),

  D15: ({ elysia, plugin, task }) => {
    const add = (context: object) => tasksOf(context).addTask(task('t1'))
    const fail = (thrown: unknown): string => {
      throw thrown
    }
    return elysia()
      .use(plugin())
      .get('/ok', () => 'ok')
      .get('/undefined', (context) => {
        add(context)
        return fail(undefined)
      })
      .get('/null', async (context) => {
        add(context)
        await wait(1)
        return fail(null)
      })
      .get('/generator', function* (context) {
        add(context)
        yield fail(new Error('before the first yield'))
      })
      .get('/async-generator', async function* (context) {
        add(context)
        await wait(1)
        yield fail(new Error('before the first yield'))
      })
  },
} satisfies Record<string, Scenario>

function tasksOf(context: object): BackgroundTasks {
  return (context as { backgroundTasks: BackgroundTasks }).backgroundTasks
}

/** The statuses of tasks when the last of them has come to its end. */
async function statuses(tasks: BackgroundTask[]): Promise<TaskStatus[]> {
  while (tasks.some(({ status }) => status === 'waiting' || status === 'running')) await wait(1)
  return tasks.map(({ status }) => status)
}

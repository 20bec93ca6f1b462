/** The runner on its own, without Elysia. */
import { heapStats } from 'bun:jsc'
import { describe, expect, spyOn, test } from 'bun:test'
import { AsyncLocalStorage } from 'node:async_hooks'

import {
  BackgroundAbortedError,
  BackgroundRefusedError,
  BackgroundRunner,
  BackgroundTask,
  BackgroundTaskError,
  BackgroundTasks,
} from '../../core'

/** A promise that a test resolves when it wants a task to end. */
const gate = () => Promise.withResolvers<void>()

describe('BackgroundTasks', () => {
  test('runs plain and async functions in order', async () => {
    const ran: number[] = []
    const tasks = new BackgroundTasks()
    tasks.addTask(async () => ran.push(1))
    tasks.addTask(() => ran.push(2))
    tasks.addTask(() => Promise.resolve().then(() => ran.push(3)))

    await tasks.run()

    expect(ran).toEqual([1, 2, 3])
  })

  test('rejects with the task that failed and skips the rest', async () => {
    const cause = new Error('no such mailbox')
    const tasks = new BackgroundTasks()
    const failing = tasks.addTask(() => Promise.reject(cause))
    const behind = tasks.addTask(() => {})

    const failure = await tasks.run().catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(BackgroundTaskError)
    expect(failure).toMatchObject({ error: cause, task: failing, cause })
    expect(behind.status).toBe('skipped')
  })

  test('a failure inside a list within a list names the innermost task and halts the outer list', async () => {
    const inner = new BackgroundTasks()
    const failing = inner.addTask(function charge() {
      throw new Error('declined')
    })
    const outer = new BackgroundTasks([inner])
    const behind = outer.addTask(() => {})

    const failure = await outer.run().catch((error: unknown) => error)

    expect(failure).toMatchObject({ task: failing, message: 'Background task failed: charge' })
    expect(behind.status).toBe('skipped')
  })

  test('a task added to a finished inner list runs in the outer one', async () => {
    const ran: string[] = []
    const inner = new BackgroundTasks()
    inner.addTask(() => ran.push('inner'))
    const outer = new BackgroundTasks([inner])
    outer.addTask(() => inner.addTask(() => ran.push('late')))

    await outer.run()

    expect(ran).toEqual(['inner', 'late'])
  })

  test('a task object that has run can be added again, as a new task', async () => {
    let runs = 0
    const recipe = new BackgroundTask(() => runs++)
    await new BackgroundTasks([recipe]).run()

    await new BackgroundTasks([recipe]).run()

    expect(runs).toBe(2)
  })

  test('a list has one place: in itself, or in a second one, it is refused', () => {
    const list = new BackgroundTasks()
    const owner = new BackgroundTasks([list])

    expect(() => list.addTask(list)).toThrow(TypeError)
    expect(() => owner.addTask(owner)).toThrow('A list of tasks cannot stand in itself.')
    expect(() => new BackgroundTasks([list])).toThrow('This list of tasks has a place already.')
  })

  test('a generator function fails aloud: calling it runs nothing of it', async () => {
    const tasks = new BackgroundTasks()
    tasks.addTask(function* count() {
      yield 1
    })

    const failure = await tasks.run().catch((error: unknown) => error)

    expect(failure).toMatchObject({
      error: { message: expect.stringContaining('count is a generator function') },
    })
  })

  test('a thenable is awaited, also where it is a function', async () => {
    const events: string[] = []
    const thenable = Object.assign(() => {}, {
      // A remote object, as of an RPC library, is one of these.
      // oxlint-disable-next-line unicorn/no-thenable
      then(resolve: () => void) {
        events.push('awaited')
        resolve()
      },
    })
    const tasks = new BackgroundTasks()
    tasks.addTask(() => thenable)
    tasks.addTask(() => events.push('next'))

    await tasks.run()

    expect(events).toEqual(['awaited', 'next'])
  })

  test('a function whose name cannot be read is anonymous', async () => {
    const hostile = new Proxy(async () => {}, {
      get(target, key) {
        if (key === 'name') throw new Error('no')
        return Reflect.get(target, key)
      },
    })
    const task = new BackgroundTask(hostile)

    await task.run()

    expect(task.name).toBe('anonymous')
  })

  test('a list that grows while it runs keeps no more than it must', async () => {
    const tasks = new BackgroundTasks()
    let left = 20_000
    let kept = Number.NaN
    const again = () => {
      if (left-- > 0) tasks.addTask(again)
      if (left !== 0) return
      Bun.gc(true)
      kept = heapStats().objectTypeCounts['BackgroundTask'] ?? 0
    }
    tasks.addTask(again)
    tasks.addTask(again)

    await tasks.run()

    expect(kept).toBeLessThan(5_000)
  })

  test('a task that stands in a list is run by the list: by hand it is refused, and runs once', async () => {
    let runs = 0
    const tasks = new BackgroundTasks()
    const task = tasks.addTask(function count() {
      runs++
    })

    const refusal = await task.run().catch((error: unknown) => error)
    await tasks.run()

    expect(refusal).toEqual(
      new TypeError(
        'count stands in a list, which runs it after the response. Do not call its run().',
      ),
    )
    expect(runs).toBe(1)
  })

  test('run() while it runs is the same run', async () => {
    const tasks = new BackgroundTasks()
    const first = gate()
    tasks.addTask(() => first.promise)
    const run = tasks.run()
    tasks.addTask(() => Promise.reject(new Error('second')))
    const again = tasks.run()
    first.resolve()

    const results = await Promise.allSettled([run, again])

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tasks.pending).toBe(0)
    await tasks.run()
  })

  test('a task shows nothing of the others in its list', () => {
    const tasks = new BackgroundTasks()
    const keep = (_word: string) => {}
    const first = tasks.addTask(keep, 'first')
    for (let number = 0; number < 20_000; number++) tasks.addTask(keep, 'secret')

    expect(JSON.stringify(first)).not.toContain('secret')
    expect(Bun.inspect(first)).not.toContain('secret')
  })

  test('what is not a function is refused where it is added', () => {
    const tasks = new BackgroundTasks()

    expect(() => tasks.addTask(undefined as never)).toThrow(
      'A task is a function and its arguments, got undefined. Write addTask(fn, 1, 2), not addTask(fn(1, 2)).',
    )
    expect(() => tasks.addTask(Promise.resolve() as never)).toThrow(
      'got a promise: the function was called already. Write addTask(fn, 1, 2), not addTask(fn(1, 2)).',
    )
  })

  test('arguments are checked by the compiler', () => {
    const tasks = new BackgroundTasks()
    const send = (_to: string, _times?: number) => {}

    tasks.addTask(send, 'ada')
    tasks.addTask(send, 'ada', 2)
    // @ts-expect-error an argument of the wrong type
    tasks.addTask(send, 1)
    // @ts-expect-error an argument is missing
    tasks.addTask(send)

    expect(tasks.pending).toBe(4)
  })
})

describe('BackgroundRunner', () => {
  test('a failure without onError is logged with the name of the task', async () => {
    using log = spyOn(console, 'error').mockImplementation(() => {})
    const runner = new BackgroundRunner()
    const error = new Error('boom')

    runner.addTask(function sendInvoice() {
      throw error
    })
    await runner.idle()

    expect(log.mock.calls).toEqual([['[background] Task failed: sendInvoice', error]])
  })

  test('a failing onError is logged with the failure it was told of as its cause', async () => {
    using log = spyOn(console, 'error').mockImplementation(() => {})
    const handlerError = new Error('handler')
    const taskError = new Error('task')
    const runner = new BackgroundRunner({
      onError() {
        throw handlerError
      },
    })

    runner.addTask(() => Promise.reject(taskError))
    await runner.idle()

    expect(log.mock.calls).toEqual([['[background] Error handler failed:', handlerError]])
    expect(handlerError.cause).toBe(taskError)
  })

  test('idle waits for an async onError', async () => {
    const { promise, resolve } = gate()
    const told: string[] = []
    const runner = new BackgroundRunner({
      async onError() {
        await promise
        told.push('told')
      },
    })
    runner.addTask(() => Promise.reject(new Error('boom')))

    const idle = runner.idle().then(() => told.push('idle'))
    resolve()
    await idle

    expect(told).toEqual(['told', 'idle'])
  })

  test('an onError that never settles holds up neither a drain nor an idle() after it', async () => {
    const runner = new BackgroundRunner({ onError: () => gate().promise })
    runner.addTask(() => Promise.reject(new Error('boom')))

    const { finished } = await runner.drain(50)
    runner.resume()
    const task = runner.addTask(() => {})
    await runner.idle()

    expect(finished).toHaveLength(1)
    expect(task.status).toBe('succeeded')
  })

  test('drain tells what finished, what was aborted and what never started', async () => {
    const runner = new BackgroundRunner({ concurrency: 2 })
    const quick = runner.addTask(async () => {})
    const hung = runner.addTask(() => gate().promise)
    const alsoHung = runner.addTask(() => gate().promise)
    const waiting = runner.addTask(async () => {})

    const report = await runner.drain(50)

    expect(report).toEqual({
      finished: [quick],
      aborted: [hung, alsoHung],
      neverStarted: [waiting],
    })
    expect(hung).toMatchObject({ status: 'failed', error: expect.any(BackgroundAbortedError) })
    expect(waiting.status).toBe('skipped')
    expect(runner.pending).toBe(0)
  })

  test('a drain that gives up aborts the signal', async () => {
    const runner = new BackgroundRunner()
    const { signal } = runner
    runner.addTask(() => gate().promise)

    await runner.drain(10)

    expect(signal.aborted).toBe(true)
    expect(signal.reason).toBeInstanceOf(BackgroundAbortedError)
  })

  test('what a drain gave up does not take the place of what comes after it', async () => {
    const runner = new BackgroundRunner({ concurrency: 1 })
    runner.addTask(() => gate().promise)
    await runner.drain(10)
    runner.resume()

    const task = runner.addTask(() => {})
    await runner.idle()

    expect(task.status).toBe('succeeded')
  })

  test('drain checks its deadline', async () => {
    const failure = await new BackgroundRunner().drain(Number.NaN).catch((error: unknown) => error)

    expect(failure).toEqual(new TypeError('drain() must be milliseconds from 0 up, got NaN.'))
  })

  test('a list of the runner cannot be run by hand, or put into another', () => {
    const list = new BackgroundTasks(undefined, new BackgroundRunner())

    expect(() => list.run()).toThrow('This list runs by itself after the response.')
    expect(() => new BackgroundTasks([list])).toThrow('has a place already')
  })

  test('skipping all of a list lets it go', async () => {
    const runner = new BackgroundRunner()
    const list = new BackgroundTasks(undefined, runner)
    const task = list.addTask(() => {})

    list.skip()
    await runner.idle()

    expect(task.status).toBe('skipped')
  })

  test('onError sees the AsyncLocalStorage of its own task', async () => {
    const visitor = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const runner = new BackgroundRunner({
      concurrency: 1,
      onError: () => seen.push(visitor.getStore()),
    })
    const recipe = new BackgroundTask(() => Promise.reject(new Error('boom')))

    visitor.run('ada', () => runner.addTask(() => Promise.reject(new Error('boom'))))
    visitor.run('grace', () => runner.addTask(recipe))
    await runner.idle()

    expect(seen).toEqual(['ada', 'grace'])
  })

  test('an onError that throws what cannot take a cause is logged and stops nothing', async () => {
    using log = spyOn(console, 'error').mockImplementation(() => {})
    const hostile = Object.defineProperty(new Error('hostile'), 'cause', { get: () => undefined })
    const runner = new BackgroundRunner({
      onError() {
        throw hostile
      },
    })

    runner.addTask(() => Promise.reject(new Error('task')))
    await runner.idle()

    expect(log.mock.calls).toEqual([['[background] Error handler failed:', hostile]])
  })

  test('a resource is disposed of where its list is refused, given up, or never had a task', async () => {
    const disposed: string[] = []
    const resource = (name: string) => ({ [Symbol.dispose]: () => void disposed.push(name) })
    const runner = new BackgroundRunner({ concurrency: 1, capacity: 3 })
    runner.addTask(() => gate().promise)
    new BackgroundTasks(undefined, runner).use(resource('given up'))
    new BackgroundTasks(undefined, runner).use(resource('without a task'))
    const refused = new BackgroundTasks(undefined, runner)

    expect(() => refused.use(resource('refused'))).toThrow(BackgroundRefusedError)
    await runner.drain(20)

    expect(disposed.toSorted()).toEqual(['given up', 'refused', 'without a task'])
  })

  test('a list that was refused can be added when there is room', async () => {
    const runner = new BackgroundRunner({ capacity: 1 })
    const ran: string[] = []
    const list = new BackgroundTasks()
    list.addTask(() => ran.push('refused before'))
    runner.addTask(() => {})
    expect(() => runner.addTask(list)).toThrow(BackgroundRefusedError)
    await runner.idle()

    runner.addTask(list)
    await runner.idle()

    expect(ran).toEqual(['refused before'])
  })

  test('what a list gets after it was given up follows what it was doing', async () => {
    const runner = new BackgroundRunner()
    const events: string[] = []
    const first = gate()
    const second = gate()
    const list = new BackgroundTasks(undefined, runner)
    list.addTask(() => first.promise.then(() => events.push('first')))
    await new Promise(setImmediate)
    await runner.drain(0)
    runner.resume()
    list.addTask(() => second.promise.then(() => events.push('second')))
    list.addTask(() => events.push('third'))
    const idle = runner.idle().then(() => events.push('idle'))
    second.resolve()
    await new Promise(setImmediate)
    first.resolve()
    await idle

    expect(events).toEqual(['first', 'second', 'third', 'idle'])
  })

  test('a list that was given up and taken back runs its tasks one after another, once', async () => {
    const runner = new BackgroundRunner({ concurrency: 1 })
    const events: string[] = []
    runner.addTask(() => gate().promise)
    const list = new BackgroundTasks(undefined, runner)
    list.addTask(() => {})
    await new Promise(setImmediate)
    await runner.drain(0)
    runner.resume()

    for (const name of ['first', 'second'])
      list.addTask(async () => {
        events.push(`${name} starts`)
        await new Promise(setImmediate)
        events.push(`${name} ends`)
      })
    await runner.idle()

    expect(events).toEqual(['first starts', 'first ends', 'second starts', 'second ends'])
    expect(runner.pending).toBe(0)
  })

  test('what a task used is disposed of when it ends, also if it was given up before', async () => {
    const runner = new BackgroundRunner()
    const { promise: disposed, resolve } = gate()
    const task = gate()
    const list = new BackgroundTasks(undefined, runner)
    let isDisposed = false
    list.use({
      [Symbol.dispose]() {
        isDisposed = true
        resolve()
      },
    })
    list.addTask(() => task.promise)
    await new Promise(setImmediate)

    const { aborted } = await runner.drain(0)
    expect([aborted.length, isDisposed]).toEqual([1, false])
    task.resolve()

    await disposed
  })

  test('a drain that is over because of resume() gives nothing up', async () => {
    const runner = new BackgroundRunner()
    const work = gate()
    const drained = runner.drain(20)
    runner.resume()
    const task = runner.addTask(() => work.promise)

    const report = await drained
    work.resolve()
    await runner.idle()

    expect(report).toEqual({ finished: [], aborted: [], neverStarted: [] })
    expect(task.status).toBe('succeeded')
  })

  test('a task that was refused can be added again, and is still the same', async () => {
    const runner = new BackgroundRunner({ capacity: 1 })
    const task = new BackgroundTask(() => {})
    runner.addTask(() => {})
    expect(() => runner.addTask(task)).toThrow(BackgroundRefusedError)
    await runner.idle()

    expect(runner.addTask(task)).toBe(task)
    await runner.idle()

    expect(task.status).toBe('succeeded')
  })

  test('a list that runs cannot be added to another, and one that was added has handed over its resources', async () => {
    const events: string[] = []
    const inner = new BackgroundTasks()
    inner.use({ [Symbol.dispose]: () => void events.push('disposed') })
    inner.addTask(() => events.push('task'))
    const outer = new BackgroundTasks([inner])
    await inner.run()
    await outer.run()
    expect(events).toEqual(['task', 'disposed'])

    const running = new BackgroundTasks()
    const work = gate()
    running.addTask(() => work.promise)
    const run = running.run()
    expect(() => outer.addTask(running)).toThrow('This list of tasks has a place already.')
    work.resolve()
    await run
  })

  test('a task may return what has a next(): only a generator is refused', async () => {
    const runner = new BackgroundRunner()
    const task = runner.addTask(() => new Map([[1, 2]]).values())

    await runner.idle()

    expect(task.status).toBe('succeeded')
  })

  test('a draining runner refuses new lists until it resumes', async () => {
    const runner = new BackgroundRunner()
    await runner.drain()

    expect(() => runner.addTask(() => {})).toThrow(BackgroundRefusedError)
    runner.resume()
    expect(runner.addTask(() => {}).status).toBe('waiting')
    await runner.idle()
  })

  test('lists beyond the concurrency wait their turn, first come first served', async () => {
    const ran: number[] = []
    const runner = new BackgroundRunner({ concurrency: 1 })
    for (let list = 0; list < 5; list++) runner.addTask(() => ran.push(list))

    await runner.idle()

    expect(ran).toEqual([0, 1, 2, 3, 4])
  })

  test('with continue, a failure stops nothing and every failure is reported', async () => {
    const reported: unknown[] = []
    const runner = new BackgroundRunner({
      onFailure: 'continue',
      onError: ({ error }) => reported.push(error),
    })
    const list = new BackgroundTasks()
    list.addTask(() => Promise.reject(new Error('in a list')))
    runner.addTask(() => Promise.reject(new Error('one')))
    runner.addTask(list)

    await runner.idle()

    expect(reported).toEqual([new Error('one'), new Error('in a list')])
  })

  test('a resource is disposed of after the last task, and its failure is reported', async () => {
    const events: string[] = []
    const tasks = new BackgroundTasks()
    tasks.use({ [Symbol.dispose]: () => void events.push('disposed') })
    tasks.addTask(() => {
      events.push('ran')
      throw new Error('boom')
    })

    await tasks.run().catch(() => events.push('rejected'))

    expect(events).toEqual(['ran', 'disposed', 'rejected'])
  })

  test('an option that does not exist is refused, with the nearest one that does', () => {
    expect(() => new BackgroundRunner({ concurency: 5 } as object)).toThrow(
      'new BackgroundRunner() has no option concurency. Did you mean concurrency?',
    )
    expect(() => new BackgroundRunner(5 as never)).toThrow('takes an object of options, got 5.')
  })
})

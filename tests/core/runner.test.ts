/** The runner on its own, without Elysia. */
import { describe, expect, spyOn, test } from 'bun:test'

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

  test('what is not a function is refused where it is added', () => {
    const tasks = new BackgroundTasks()

    expect(() => tasks.addTask(undefined as never)).toThrow(
      'A task is a function and its arguments, got undefined. Write addTask(fn, 1, 2), not addTask(fn(1, 2)).',
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

    expect(log.mock.calls).toEqual([['[elysia-background] Task failed: sendInvoice', error]])
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

    expect(log.mock.calls).toEqual([['[elysia-background] Error handler failed:', handlerError]])
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
})

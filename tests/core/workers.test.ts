import { heapStats } from 'bun:jsc'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { getEventListeners } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  BackgroundError,
  BackgroundRunner,
  BackgroundTasks,
  serve,
  WorkerError,
  WorkerRefusedError,
  workers,
  type WorkersOptions,
  WorkerTimeoutError,
} from '../../core'
import { starting, startsLater } from '../../core/task'
import { subscribe } from '../../core/trace'
import type * as tasks from './workers/tasks'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workers-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** What a call rejects with. */
async function rejection(call: Promise<unknown>): Promise<Error> {
  const [result] = await Promise.allSettled([call])
  if (result.status === 'fulfilled') throw new Error('It was fulfilled.')
  return result.reason as Error
}

/** A task that waits at a gate says that it has begun. */
async function begun(gate: string): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one look after another is what waiting is
  while (!existsSync(`${gate}.begun`)) await new Promise(setImmediate)
}

function gateOf(name: string): string {
  return join(folder, name)
}

function open(gate: string): void {
  writeFileSync(gate, '')
}

/** What is alive after a garbage collection. */
function alive() {
  Bun.gc(true)
  const { heapSize: bytes, objectTypeCounts } = heapStats()
  const { Promise: promises = 0, Call: calls = 0 } = objectTypeCounts
  return { promises, calls, bytes }
}

const module = new URL('./workers/worker.ts', import.meta.url)
const main = join(import.meta.dir, 'workers/main.ts')

describe.each(['thread', 'process'] as const)('a pool of workers, each a %s', (isolation) => {
  function pool(options: WorkersOptions = {}) {
    return workers<typeof tasks>(module, { size: 2, ...options, isolation })
  }

  test('runs a plain function and an asynchronous one, with their arguments', async () => {
    using functions = pool()

    expect(await functions.add(1, 2)).toBe(3)
    expect(await functions.addLater(3, 4)).toBe(7)
  })

  test('keeps what structured clone keeps, both ways', async () => {
    using functions = pool()
    const value = {
      date: new Date(0),
      map: new Map([[1, new Set(['one'])]]),
      pattern: /x/gi,
      big: 10n,
      nothing: undefined,
      bytes: new Uint8Array([1, 2, 3]),
      numbers: [Number.NaN, -0, Infinity],
    }

    expect(await functions.echo(value)).toEqual(value)
    expect(await functions.echo(undefined)).toBeUndefined()
  })

  test('is added to background tasks like the functions themselves', async () => {
    using functions = pool()
    const list = new BackgroundTasks()

    const task = list.addTask(functions.add, 1, 2)
    await list.run()

    expect(task.name).toBe('add')
    expect(task.status).toBe('succeeded')
  })

  test('can be awaited, printed and turned into JSON without calling a worker', async () => {
    using functions = pool()

    expect(Object.is(await Promise.resolve(functions), functions)).toBe(true)
    expect(Object.prototype.toString.call(functions)).toBe('[object Workers]')
    expect(() => JSON.stringify(functions)).not.toThrow()
    expect(Bun.inspect(functions)).toBeString()
    expect(functions.pending).toBe(0)
  })

  test('gives the same function for the same name', () => {
    using functions = pool()

    expect(functions.add).toBe(functions.add)
  })

  describe('when a task throws', () => {
    test('the call rejects with the name, message, stack, cause and properties of the original', async () => {
      using functions = pool({ size: 1 })

      const error = await rejection(functions.print())

      expect(error).toBeInstanceOf(Error)
      expect(error.name).toBe('OutOfPaper')
      expect(error.message).toBe('The tray is empty')
      expect(error.stack).toContain('tasks.ts')
      expect(error).toHaveProperty('tray', 2)
      expect(error).not.toHaveProperty('refill')
      expect(error.cause).toBeInstanceOf(RangeError)
      expect(error.cause).toHaveProperty('message', '0 sheets')
      expect(error.cause).toHaveProperty('cause', 'nobody refilled it')
    })

    test('its worker lives', async () => {
      using functions = pool({ size: 1 })
      const worker = await functions.whereAmI()

      await rejection(functions.print())

      expect(await functions.whereAmI()).toBe(worker)
    })

    test('anything can be thrown', async () => {
      using functions = pool({ size: 1 })

      expect(await rejection(functions.throwValue('a string'))).toBe('a string' as never)
      expect(await rejection(functions.throwValue(undefined))).toBe(undefined as never)
      expect(await rejection(functions.throwValue({ code: 7 }))).toEqual({ code: 7 } as never)
      expect(await rejection(functions.throwFunction())).toBeInstanceOf(TypeError)
      expect(await rejection(functions.throwHostile())).toBeInstanceOf(Error)
      expect((await rejection(functions.throwAbort())).name).toBe('AbortError')
      expect(await functions.add(1, 2)).toBe(3)
    })

    test.each(['AbortError', 'TimeoutError', 'NotFoundError'])(
      'what is called %s and has a code of its own keeps both, and its call ends',
      async (name) => {
        using functions = pool({ size: 1 })

        const error = await rejection(functions.throwNamed(name, 'ETIMEDOUT'))

        expect(error).toMatchObject({ name, code: 'ETIMEDOUT', message: 'given up' })
        expect(error).toBeInstanceOf(Error)
        expect(functions.pending).toBe(0)
      },
    )

    test('a property called __proto__ makes nothing else of an error', async () => {
      using functions = pool({ size: 1 })

      expect(await rejection(functions.throwPrototype())).toBeInstanceOf(Error)
    })

    test('an aggregate keeps its errors, and a circle of causes ends', async () => {
      using functions = pool({ size: 1 })

      const many = await rejection(functions.throwMany())
      const round = await rejection(functions.throwCircle())

      expect(many).toBeInstanceOf(AggregateError)
      expect(many).toHaveProperty('errors.0.message', 'first')
      expect(many).toHaveProperty('errors.1', 'second')
      expect(round.message).toBe('round')
      expect(round.cause).toHaveProperty('message', 'round')
    })
  })

  describe('when a worker ends', () => {
    test('by process.exit, its task fails with a WorkerError and the others run on another', async () => {
      using functions = pool({ size: 1 })

      const calls = [functions.exit(3), functions.add(1, 2), functions.add(3, 4)]
      const error = await rejection(calls[0]!)

      expect(error).toBeInstanceOf(WorkerError)
      expect(error).toBeInstanceOf(BackgroundError)
      expect(error).toHaveProperty('task', 'exit')
      expect(error).toHaveProperty('end.exitCode', 3)
      expect(await Promise.all(calls.slice(1))).toEqual([3, 7])
    })

    test('by an error that no task could catch, the error is the cause', async () => {
      using functions = pool({ size: 1 })

      const crash = functions.crash()
      const after = functions.add(1, 2)
      const error = await rejection(crash)

      expect(error).toBeInstanceOf(WorkerError)
      expect(error.message).toContain('thrown where no task could catch it')
      expect(error.cause).toBeInstanceOf(RangeError)
      expect(error.cause).toHaveProperty('stack', expect.stringContaining('tasks.ts'))
      expect(await after).toBe(3)
    })

    test('after its answer, the answer counts and the next call runs', async () => {
      using functions = pool({ size: 1 })

      expect(await functions.crashAfterwards()).toBe('answered')
      const next = await Promise.allSettled([functions.add(1, 2)])

      // Whether the next call had begun when the worker ended is a race; what must not happen is that it hangs.
      expect(['fulfilled', 'rejected']).toContain(next[0].status)
      expect(await functions.add(1, 2)).toBe(3)
    })

    test('two at once, both calls fail and the pool has its size again', async () => {
      using functions = pool({ size: 2 })

      const crashes = [functions.crash(), functions.crash()]
      for (const result of await Promise.allSettled(crashes))
        expect(result).toHaveProperty('reason.name', 'WorkerError')

      const gate = gateOf('gate')
      const other = gateOf('other')
      const blocked = [functions.blockUntil(gate), functions.blockUntil(other)]
      await Promise.all([begun(gate), begun(other)])
      open(gate)
      open(other)
      expect(new Set(await Promise.all(blocked)).size).toBe(2)
    })
  })

  test('a promise that a task has forgotten does not fail the next task', async () => {
    // In a process of its own: under `bun test` a thread ends at a rejection that nobody has caught.
    await using child = Bun.spawn([process.execPath, main, isolation, 'forget'], {
      stderr: 'ignore',
    })

    expect(await new Response(child.stdout).text()).toBe('answered, 3, same worker\n')
  })

  test('what a task posts by itself, of whatever shape, is nothing to the pool', async () => {
    using functions = pool({ size: 1 })

    const calls = [functions.postNonsense(), functions.echo('mine'), functions.postNonsense()]

    expect(await Promise.all(calls)).toEqual(['answered', 'mine', 'answered'])
    expect(await functions.add(1, 2)).toBe(3)
    expect(functions.pending).toBe(0)
  })

  test('a worker finds nothing of the pool in its environment', async () => {
    using functions = pool({ size: 1 })

    const added = (await functions.environment()).filter((name) => !(name in process.env))
    // A process has what Bun makes of --no-orphans.
    expect(added.filter((name) => name !== 'BUN_FEATURE_FLAG_NO_ORPHANS')).toBeEmpty()
  })

  describe('a timeout', () => {
    test('ends a call that never would, in time, and the pool has its size again', async () => {
      using functions = pool({ size: 1, timeout: 200 })
      await functions.with({ timeout: Infinity }).add(1, 2)

      const began = performance.now()
      const error = await rejection(functions.spin())
      const took = performance.now() - began

      expect(error).toBeInstanceOf(WorkerTimeoutError)
      expect(error).toMatchObject({ task: 'spin', milliseconds: 200 })
      // The claim is about time: at the timeout, and no more than 100 ms after it.
      expect(took).toBeWithin(200, 300)
      expect(await functions.add(1, 2)).toBe(3)
    })

    test('counts from the start of the call, not from the wait for a worker', async () => {
      using functions = pool({ size: 1, timeout: 300 })
      await functions.add(1, 2)

      const results = await Promise.allSettled([
        functions.spin(),
        functions.spin(),
        functions.add(1, 2),
      ])

      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    })

    test('is not the fault of a call that answered while the caller stood still', async () => {
      using functions = pool({ size: 1, timeout: 50 })
      await functions.with({ timeout: Infinity }).add(1, 2)

      const call = functions.add(3, 4)
      Bun.sleepSync(100) // the claim: a busy caller is no reason to end a worker

      expect(await call).toBe(7)
    })

    test('counts while a worker loads, and the call behind has its own', async () => {
      const url = new URL('./workers/never-loads.ts', import.meta.url)
      using functions = workers<typeof tasks>(url, { size: 1, timeout: 300, isolation })

      const began = performance.now()
      const calls = [functions.add(1, 2), functions.add(3, 4)]
      const error = await rejection(calls[0]!)
      const took = performance.now() - began

      expect(error).toBeInstanceOf(WorkerTimeoutError)
      expect(error.message).toContain('its worker was still loading')
      // The claim is about time: at the timeout, and no more than 200 ms after it.
      expect(took).toBeWithin(299, 500)
      expect(await rejection(calls[1]!)).toBeInstanceOf(WorkerTimeoutError)
      expect(performance.now() - began).toBeGreaterThan(598)
    })

    test('is that of the call alone, however much of it its worker took to load', async () => {
      const url = new URL('./workers/loads-slowly.ts', import.meta.url)
      using functions = workers<typeof tasks>(url, { size: 1, timeout: 1_000, isolation })

      // Together they take longer. If the worker were ended, no call would ever find one that has loaded.
      expect(await functions.compute(600)).toBeGreaterThan(0)
    })

    test('of a call that waited for a worker to load does not end the worker', async () => {
      const gate = gateOf('gate')
      process.env['WORKER_GATE'] = gate
      const url = new URL('./workers/loads-later.ts', import.meta.url)
      using functions = workers<typeof tasks>(url, { size: 1, isolation })

      const late = rejection(functions.with({ timeout: 50 }).add(1, 2))
      await begun(gate)
      const next = functions.whereAmI()
      expect(await late).toBeInstanceOf(WorkerTimeoutError)
      open(gate)
      const worker = await next

      // Not before: the file is there a moment earlier than what it says.
      expect(readFileSync(`${gate}.begun`, 'utf8')).toBe(worker)
    })

    test('that is longer than a timer can be does not come at once', async () => {
      using functions = pool({ size: 2 })
      const gate = gateOf('gate')

      const long = functions.with({ timeout: 2 ** 31 }).waitUntil(gate)
      await begun(gate)
      await functions.compute(20)
      open(gate)

      expect(await long).toBeString()
    })

    test('can be set for one call', async () => {
      using functions = pool({ size: 1 })
      await functions.add(1, 2)

      const error = await rejection(functions.with({ timeout: 50 }).spin())

      expect(error).toBeInstanceOf(WorkerTimeoutError)
      expect(functions.with({ timeout: 50 }).spin.name).toBe('spin')
    })
  })

  describe('what cannot be sent', () => {
    test('as an argument is a TypeError that says which, of that call only', async () => {
      using functions = pool({ size: 1 })
      const add = functions.add as (...args: unknown[]) => Promise<number>

      const calls = [functions.add(1, 2), add(1, () => 2), functions.add(3, 4)]
      const error = await rejection(calls[1]!)

      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toStartWith('Argument 2 of add cannot be sent to a worker')
      expect(error.cause).toHaveProperty('name', 'DataCloneError')
      expect([await calls[0], await calls[2]]).toEqual([3, 7])
    })

    test('is found at the call, not when a worker is free', async () => {
      using functions = pool({ size: 1 })
      const gate = gateOf('gate')
      const blocked = functions.blockUntil(gate)

      const error = await rejection(functions.echo(Symbol('no')))

      expect(error).toBeInstanceOf(TypeError)
      expect(existsSync(gate)).toBe(false)
      open(gate)
      await blocked
    })

    test('as a result is a TypeError, and the worker lives', async () => {
      using functions = pool({ size: 1 })
      const worker = await functions.whereAmI()

      const error = await rejection(functions.returnFunction())

      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toStartWith('returnFunction returned what cannot be sent')
      expect(await functions.whereAmI()).toBe(worker)
    })

    test('is copied at the call: what the caller changes afterwards stays at home', async () => {
      using functions = pool({ size: 1 })
      const list = [1]

      const calls = [functions.echo(list), functions.echo(list), functions.echo(list)]
      list.push(2)

      expect(await Promise.all(calls)).toEqual([[1], [1], [1]])
    })
  })

  test('a name that is no function of the module rejects, and says what there is', async () => {
    using functions = pool({ size: 1 })
    const untyped = functions as unknown as Record<string, () => Promise<unknown>>

    for (const name of ['nothing', 'notAFunction', '__proto__x', 'default']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, to see which fails
      const error = await rejection(untyped[name]!())
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toContain(`no function ${name}. It has: add`)
    }
  })

  describe('a module that', () => {
    test.each([
      ['does not exist', 'nowhere.ts', 'nowhere.ts'],
      ['throws while it loads', 'throws.ts', 'before it was ready'],
      ['does not serve', 'forgetful.ts', 'does it call serve(tasks)?'],
    ])('%s fails every call with a clear error, soon', async (_, file, message) => {
      const url = new URL(`./workers/${file}`, import.meta.url)
      using functions = workers<typeof tasks>(url, { size: 2, isolation })

      const began = performance.now()
      const errors = await Promise.all([1, 2, 3].map((n) => rejection(functions.add(n, n))))

      for (const error of errors) {
        expect(error).toBeInstanceOf(WorkerError)
        expect(error.message).toStartWith('add was not started')
        expect(error.message).toContain(message)
      }
      // The claim is about time: within a second.
      expect(performance.now() - began).toBeLessThan(1_000)
      expect(await rejection(functions.add(1, 1))).toBeInstanceOf(WorkerError)
    })
  })

  describe('calls that wait', () => {
    test('start in the order in which they came', async () => {
      using functions = pool({ size: 1 })
      const order: number[] = []

      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          functions.add(index, 0).then((result) => order.push(result)),
        ),
      )

      expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index))
    })

    test('start in that order on another worker as well', async () => {
      using functions = pool({ size: 2 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm
      const gate = gateOf('gate')
      const gates = ['1', '2', '3', '4', '5', '6'].map(gateOf)
      const long = functions.waitUntil(gate)
      await begun(gate)
      await functions.compute(10)
      await Promise.all([functions.add(1, 1), functions.add(1, 1)])

      const calls = gates.map((one) => functions.waitUntil(one))
      open(gate)
      await Promise.all([long, ...gates.slice(0, 2).map(begun)])
      expect(gates.slice(2).some((one) => existsSync(`${one}.begun`))).toBe(false)
      gates.map(open)

      await Promise.all(calls)
    })

    test('are taken at once by all who are idle, in whatever order those came to be so', async () => {
      using functions = pool({ size: 4 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm
      for (let round = 0; round < 5; round++) {
        const gates = [0, 1, 2, 3].map((index) => gateOf(`${round}.${index}`))

        const calls = gates.map((gate) => functions.waitUntil(gate))
        // oxlint-disable-next-line no-await-in-loop -- one round after another
        await Promise.all(gates.map(begun))
        gates.map(open)

        // oxlint-disable-next-line no-await-in-loop -- one round after another
        expect(new Set(await Promise.all(calls)).size).toBe(4)
      }
    })

    test('behind a long one move to a worker that is free', async () => {
      using functions = pool({ size: 2 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // both are warm
      const gate = gateOf('gate')

      const long = functions.blockUntil(gate)
      const short = await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1)))

      expect(short.every((result) => result === 2)).toBe(true)
      open(gate)
      await long
    })

    test('behind a long one move even to a worker that is never idle', async () => {
      using functions = pool({ size: 2 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // both are warm
      const gate = gateOf('gate')
      const over = new AbortController()
      const lane = async () => {
        // oxlint-disable-next-line no-await-in-loop -- a lane makes one call after another
        while (!over.signal.aborted) await functions.add(1, 1)
      }

      const lanes = Array.from({ length: 4 }, lane)
      const long = functions.blockUntil(gate)
      lanes.push(...Array.from({ length: 4 }, lane))
      await Promise.all(Array.from({ length: 20 }, () => functions.add(1, 1)))

      over.abort()
      await Promise.all(lanes)
      open(gate)
      await long
    })

    test.each(['its timeout', 'its exit', 'an abort'])(
      'behind a long one go on when the other worker is lost by %s',
      async (how) => {
        using functions = pool({ size: 2 })
        await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // both are warm
        const gate = gateOf('gate')
        const over = new AbortController()
        const long = functions.waitUntil(gate)
        const lost =
          how === 'its exit'
            ? functions.exit(3)
            : functions
                .with(how === 'an abort' ? { signal: over.signal } : { timeout: 50 })
                .waitUntil(gateOf('never'))
        const short = functions.add(1, 2)
        over.abort()

        await rejection(lost)
        expect(await short).toBe(3)

        open(gate)
        await long
      },
    )

    test('that are aborted give the one before them no more time', async () => {
      using functions = pool({ size: 1 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm
      const long = rejection(functions.with({ timeout: 200 }).waitUntil(gateOf('never')))

      // oxlint-disable no-await-in-loop -- one client after another hangs up
      while (Bun.peek.status(long) === 'pending') {
        const over = new AbortController()
        const short = rejection(functions.with({ signal: over.signal }).add(1, 1))
        await new Promise(setImmediate)
        over.abort()
        await short
      }
      // oxlint-enable no-await-in-loop

      expect(await long).toBeInstanceOf(WorkerTimeoutError)
    })

    test('with a long one behind them have their answers before it has', async () => {
      using functions = pool({ size: 1 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm: many in one message
      const gate = gateOf('gate')

      const before = Array.from({ length: 40 }, (_, index) => functions.add(index, 0))
      const long = functions.blockUntil(gate)
      const after = Array.from({ length: 40 }, (_, index) => functions.add(index, 0))

      expect(await Promise.all(before)).toHaveLength(40)
      open(gate)
      await long
      expect(await Promise.all(after)).toHaveLength(40)
    })

    test('are refused past the capacity, and taken again when there is room', async () => {
      using functions = pool({ size: 1, capacity: 2 })
      const gate = gateOf('gate')

      const calls = [functions.waitUntil(gate), functions.add(1, 2), functions.add(3, 4)]
      const error = await rejection(functions.add(5, 6))

      expect(error).toBeInstanceOf(WorkerRefusedError)
      expect(error).toMatchObject({ reason: 'full', capacity: 2, task: 'add', status: 503 })
      expect(functions.pending).toBe(3)
      open(gate)
      await Promise.all(calls)
      expect(await functions.add(5, 6)).toBe(11)
    })

    test('reject when the pool is disposed of, and so do those that run', async () => {
      const functions = pool({ size: 1 })
      await functions.add(1, 2)

      const calls = [functions.spin(), functions.add(1, 2), functions.add(3, 4)]
      functions[Symbol.dispose]()
      calls.push(functions.add(5, 6))

      for (const result of await Promise.allSettled(calls)) {
        expect(result).toHaveProperty('reason.name', 'WorkerRefusedError')
        expect(result).toHaveProperty('reason.reason', 'closed')
      }
      expect(functions.pending).toBe(0)
      await functions.close()
    })

    test('reject when the pool is closed, while the one that runs finishes', async () => {
      const functions = pool({ size: 1 })
      const gate = gateOf('gate')
      const running = functions.blockUntil(gate)
      await begun(gate)

      const waiting = functions.add(1, 2)
      const closing = functions.close()
      expect(await rejection(waiting)).toHaveProperty('reason', 'closed')
      expect(await rejection(functions.add(1, 2))).toHaveProperty('reason', 'closed')
      open(gate)

      expect(await running).toBeString()
      await closing
    })

    test('and those that run are pending, until the pool is idle', async () => {
      using functions = pool({ size: 1 })
      const gate = gateOf('gate')
      const calls = [functions.waitUntil(gate), functions.add(1, 2)]

      expect(functions.pending).toBe(2)
      open(gate)
      await functions.idle()

      expect(functions.pending).toBe(0)
      await Promise.all(calls)
      await functions.idle()
    })
  })

  describe('a signal', () => {
    test('that is aborted already drops the call', async () => {
      using functions = pool()

      const error = await rejection(functions.with({ signal: AbortSignal.abort() }).add(1, 2))

      expect(error.name).toBe('AbortError')
      expect(functions.pending).toBe(0)
    })

    test('drops a call that waits, and leaves the one that runs', async () => {
      using functions = pool({ size: 1 })
      const controller = new AbortController()
      const gate = gateOf('gate')
      const running = functions.waitUntil(gate)

      const waiting = functions.with({ signal: controller.signal }).spin()
      const behind = functions.add(1, 2)
      await begun(gate)
      controller.abort(new Error('changed my mind'))

      expect((await rejection(waiting)).message).toBe('changed my mind')
      open(gate)
      expect(await running).toBeString()
      expect(await behind).toBe(3)
    })

    test('ends a call that runs, and those behind it run on another worker', async () => {
      using functions = pool({ size: 1 })
      const controller = new AbortController()
      const gate = gateOf('never opened')
      const running = functions.with({ signal: controller.signal }).blockUntil(gate)
      const behind = functions.add(1, 2)
      await begun(gate)

      controller.abort(new Error('changed my mind'))

      expect((await rejection(running)).message).toBe('changed my mind')
      expect(await behind).toBe(3)
    })

    test('ends a call that the caller does not know to have begun', async () => {
      using functions = pool({ size: 1 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm
      const controller = new AbortController()
      const gate = gateOf('never opened')

      const calls = [
        functions.add(1, 2),
        functions.with({ signal: controller.signal }).blockUntil(gate),
        functions.add(3, 4),
      ]
      // A thread begins the second call while this one stands still; a process has not been sent it.
      if (isolation === 'thread') while (!existsSync(`${gate}.begun`));
      controller.abort(new Error('changed my mind'))
      const [before, aborted, after] = await Promise.allSettled(calls)

      expect(before).toHaveProperty('value', 3)
      expect(aborted).toHaveProperty('reason.message', 'changed my mind')
      expect(after).toHaveProperty('value', 7)
    })

    test('that is aborted after the answer does nothing, and is not listened to any more', async () => {
      using functions = pool({ size: 1 })
      const controller = new AbortController()
      const worker = await functions.whereAmI()

      expect(await functions.with({ signal: controller.signal }).add(1, 2)).toBe(3)
      expect(getEventListeners(controller.signal, 'abort')).toBeEmpty()
      controller.abort()

      expect(await functions.whereAmI()).toBe(worker)
    })
  })

  test('whatever ends some of many calls, the others have their results', async () => {
    using functions = pool()
    const ending = [
      () => functions.with({ timeout: 100 }).spin(),
      () => functions.exit(1),
      () => functions.crash(),
      () => functions.with({ signal: AbortSignal.timeout(1) }).spin(),
    ]
    await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm

    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        index % 50 === 7 ? ending[(index - 7) / 50]!() : functions.add(index, 0),
      ),
    )

    results.forEach((result, index) =>
      index % 50 === 7
        ? expect(result.status).toBe('rejected')
        : expect(result).toEqual({ status: 'fulfilled', value: index }),
    )
    expect(functions.pending).toBe(0)
  })

  describe('whoever wants to know when a call begins', () => {
    /** Makes a call as a task does whose function it is. */
    function callFor(name: string, told: string[], call: () => Promise<unknown>): Promise<unknown> {
      starting.task = { defer: () => () => told.push(name) }
      try {
        return call()
      } finally {
        starting.task = undefined
      }
    }

    test('is told so, and not while it waits behind a long one', async () => {
      using functions = pool({ size: 1 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm: sent ahead
      const gate = gateOf('gate')
      const told: string[] = []

      const long = callFor('long', told, () => functions.waitUntil(gate))
      const short = callFor('short', told, () => functions.add(1, 2))
      await begun(gate)
      expect(told).toEqual(['long'])
      open(gate)
      await Promise.all([long, short])

      expect(told).toEqual(['long', 'short'])
    })

    test('is not told while the worker loads', async () => {
      const gate = gateOf('gate')
      process.env['WORKER_GATE'] = gate
      const url = new URL('./workers/loads-later.ts', import.meta.url)
      using functions = workers<typeof tasks>(url, { size: 1, isolation })
      const told: string[] = []

      const call = callFor('call', told, () => functions.add(1, 2))
      await begun(gate)
      expect(told).toBeEmpty()
      open(gate)
      await call

      expect(told).toEqual(['call'])
    })

    test('is a task whose function it is: six on two workers are two that run and four that wait', async () => {
      using functions = pool({ size: 2 })
      await Promise.all(Array.from({ length: 100 }, () => functions.add(1, 1))) // warm
      const gates = ['1', '2', '3', '4', '5', '6'].map(gateOf)
      const runner = new BackgroundRunner()
      const statuses = () => presses.map(({ status }) => status).toSorted()

      const presses = gates.map((gate) => runner.addTask(functions.waitUntil, gate))
      await Promise.all(gates.slice(0, 2).map(begun))
      expect(statuses().join(' ')).toBe('running running waiting waiting waiting waiting')
      gates.map(open)
      await runner.idle()

      expect([...new Set(statuses())]).toEqual(['succeeded'])
    })

    test('is not a task that calls the pool: that one runs already', async () => {
      using functions = pool({ size: 1 })
      const gate = gateOf('gate')
      const runner = new BackgroundRunner()
      const busy = functions.waitUntil(gate)
      await begun(gate)

      const task = runner.addTask(async () => functions.add(1, 2))
      await new Promise(setImmediate)
      expect(task.status).toBe('running')
      open(gate)
      await Promise.all([busy, runner.idle()])

      expect(task.status).toBe('succeeded')
    })

    test('is not told of a call that is refused: its task has failed, and never ran', async () => {
      using functions = pool({ size: 1, capacity: 1 })
      const gate = gateOf('gate')
      const calls = [functions.waitUntil(gate), functions.add(1, 2)]
      const runner = new BackgroundRunner({ onError: () => {} })
      const statuses: string[] = []
      using _ = subscribe(({ status }) => void statuses.push(status))

      for (const value of ['refused', Symbol('no')]) runner.addTask(functions.echo, value)
      await runner.idle()
      open(gate)
      await Promise.all(calls)

      expect(statuses.toSorted()).toEqual(['failed', 'failed', 'waiting', 'waiting'])
    })

    test('knows the function by its mark', () => {
      using functions = pool()

      expect(Reflect.get(functions.add, startsLater)).toBe(true)
      expect(Reflect.get(functions.with({}).add, startsLater)).toBe(true)
    })
  })

  test('starts workers when they are needed, and no more than its size', async () => {
    using functions = pool({ size: 2 })
    const gates = ['one', 'two', 'three'].map(gateOf)

    const first = [await functions.whereAmI(), await functions.whereAmI()]
    const calls = gates.map((gate) => functions.waitUntil(gate))
    await Promise.all(gates.slice(0, 2).map(begun))
    gates.map(open)

    expect(new Set(first).size).toBe(1)
    expect(new Set(await Promise.all(calls)).size).toBe(2)
  })

  test('leaks nothing in 100,000 calls', async () => {
    using functions = pool()
    const { signal } = new AbortController()
    const { add } = functions.with({ signal, timeout: 60_000 })
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round++)
        // oxlint-disable-next-line no-await-in-loop -- so many in flight, and not all at once
        await Promise.all(Array.from({ length: 500 }, () => add(1, 2)))
    }

    await rounds(20)
    const before = alive()
    await rounds(200)
    const after = alive()

    expect(getEventListeners(signal, 'abort')).toBeEmpty()
    expect(after.promises - before.promises).toBeLessThan(100)
    expect(after.calls - before.calls).toBeLessThan(10)
    expect(after.bytes - before.bytes).toBeLessThan(2_000_000)
  })

  describe('a process with idle workers', () => {
    test.each([
      ['answer', '3'],
      ['dispose', 'rejected,rejected,rejected'],
      ['giveUp', 'TimeoutError'],
    ])('exits by itself (%s)', async (scenario, output) => {
      await using child = Bun.spawn([process.execPath, main, isolation, scenario])

      expect(await new Response(child.stdout).text()).toBe(`${output}\n`)
      expect(await child.exited).toBe(0)
    })
  })
})

const hasProc = existsSync('/proc/self/stat')

test.skipIf(!Bun.which('prlimit'))(
  'a process that is out of memory fails one task, not the server',
  async () => {
    await using child = Bun.spawn([process.execPath, main, 'process', 'memory'], { stderr: 'pipe' })

    expect(await new Response(child.stdout).text()).toBe('WorkerError, and 1 + 2 is 3\n')
    expect(await child.exited).toBe(0)
  },
)

test.skipIf(!hasProc)(
  'a process does not outlive its parent, even one that never yields',
  async () => {
    await using parent = Bun.spawn([process.execPath, main, 'process', 'spin'])
    const { value } = await parent.stdout.getReader().read()
    const pid = Number.parseInt(new TextDecoder().decode(value), 10)
    expect(pid).toBeGreaterThan(0)

    parent.kill('SIGKILL')
    await parent.exited

    // It ends: the test would time out here.
    // oxlint-disable-next-line no-await-in-loop -- one look after another is what waiting is
    while (isAlive(pid)) await new Promise(setImmediate)
  },
)

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('a process that is killed fails its task, and says by what', async () => {
  using functions = workers<typeof tasks>(module, { size: 1, isolation: 'process' })

  const error = await rejection(functions.killItself())

  expect(error.message).toContain('was ended by SIGKILL')
  expect(await functions.add(1, 2)).toBe(3)
})

test('a process that hangs up on the pool fails its task, and nothing else', async () => {
  using functions = workers<typeof tasks>(module, { size: 1, isolation: 'process' })

  const calls = [functions.disconnect(), functions.add(1, 2)]

  expect(await rejection(calls[0]!)).toBeInstanceOf(WorkerError)
  expect(await calls[1]).toBe(3)
})

test('a Blob reaches a thread, and is refused on the way to a process', async () => {
  using threads = workers<typeof tasks>(module, { size: 1 })
  using processes = workers<typeof tasks>(module, { size: 1, isolation: 'process' })
  const blob = new Blob(['text'])

  expect(await threads.echo(blob)).toBeInstanceOf(Blob)
  expect((await rejection(processes.echo(blob))).message).toContain('Argument 1 of echo')
})

test('serve() outside of a worker says where it belongs', () => {
  expect(() => serve({})).toThrow('serve(tasks) belongs in a module of its own')
})

test.each([
  [{ size: 0 }, 'size must be a whole number from 1 up'],
  [{ size: 1.5 }, 'size must be a whole number from 1 up'],
  [{ timeout: -1 }, 'timeout must be milliseconds from 0 up'],
  [{ capacity: 0 }, 'capacity must be a whole number from 1 up'],
  [{ size: Infinity }, 'size must be a whole number from 1 up'],
  [{ isolation: 'container' as 'thread' }, 'isolation must be one of'],
  [{ sise: 2 } as never, 'workers() has no option sise. Did you mean size?'],
  [null as never, 'workers() takes an object of options'],
])('%p is refused', (options, message) => {
  expect(() => workers<typeof tasks>(module, options)).toThrow(message)
})

test.each([
  [{ timeOut: 1 } as never, 'with() has no option timeOut. Did you mean timeout?'],
  [{ timeout: '1' as never }, 'timeout must be milliseconds from 0 up'],
  [{ signal: {} as never }, 'signal must be an AbortSignal'],
])('%p of a call is refused', (options, message) => {
  using functions = workers<typeof tasks>(module)

  expect(() => functions.with(options)).toThrow(message)
})

test('a module is named by the URL of a file', () => {
  expect(() => workers('./worker.ts' as never)).toThrow("new URL('./worker.ts', import.meta.url)")
  expect(() => workers(new URL('https://example.org/worker.ts'))).toThrow(TypeError)
})

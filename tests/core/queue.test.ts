import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, spyOn, test } from 'bun:test'

import {
  type CallOptions,
  consume,
  type ConsumeOptions,
  type Consumer,
  JobFailedError,
  type Queue,
  queue,
  type QueueOptions,
} from '../../core/queue'
import { subscribe } from '../../core/trace'
import { until } from '../support/until'
import { queueName, testEngines } from './queue/engines'
import { failureOf } from './queue/failure'
import * as tasks from './queue/tasks'

type Remove = (id: string) => Promise<unknown>

for (const engine of testEngines()) {
  describe.skipIf(!engine.isHere)(`A queue (${engine.name})`, () => {
    let name: string
    let where: ReturnType<typeof engine.options>
    const opened: { close(): Promise<unknown> }[] = []

    beforeAll(() => engine.start())
    afterAll(() => engine.stop())
    beforeEach(() => {
      name = queueName()
      where = engine.options()
      tasks.calls.length = 0
      tasks.closeGate()
    })
    afterEach(async () => {
      tasks.openGate()
      for (const one of opened.splice(0).toReversed()) await one.close()
    })

    function jobsOf(options: QueueOptions = {}): Queue<typeof tasks> {
      const jobs = queue<typeof tasks>(name, { ...where, backoff: 20, ...options })
      opened.push(jobs)
      return jobs
    }

    async function consumer(
      options: ConsumeOptions = {},
      functions: object = tasks,
    ): Promise<Consumer> {
      const quiet = { ...where, onError: () => {}, lostAfter: 2_000, ...options }
      const made = await consume(name, functions, quiet)
      opened.push(made)
      return made
    }

    test('stores a job, and a consumer that comes later runs it with the same arguments', async () => {
      const job = await jobsOf().greet('Ada', { polite: true })
      expect(job).toMatchObject({
        name: 'greet',
        args: ['Ada', { polite: true }],
        status: 'waiting',
      })
      expect(tasks.calls).toEqual([])

      await consumer()

      expect(await job.finished()).toBe('Dear Ada')
      expect(tasks.calls).toEqual([{ name: 'greet', args: ['Ada', true], attempt: 1 }])
    })

    test('tells what became of a job: status, result, progress and attempts', async () => {
      const jobs = jobsOf()
      await consumer()
      const job = await jobs.add(2, 3)
      await job.finished()

      expect(await job.refresh()).toMatchObject({
        status: 'succeeded',
        result: 5,
        progress: 1,
        attempts: 1,
        error: undefined,
      })
      expect(await jobs.find(job.id)).toMatchObject({
        id: job.id,
        name: 'add',
        args: [2, 3],
        result: 5,
      })
      expect(await jobs.find('no-such-job')).toBeUndefined()
    })

    test.each(['', 'meta', 'events', 'wait', 'id'])(
      'has no job of the name of what an engine keeps beside them: %p',
      async (id) => {
        const jobs = jobsOf()
        await jobs.add(1, 1)
        expect(await jobs.find(id)).toBeUndefined()
        expect(await jobs.deadLetters.retry(id)).toBe(false)
      },
    )

    test('runs a job that fails twice for a third time, each time after a longer wait', async () => {
      const jobs = jobsOf({ backoff: 100 })
      const failures: string[] = []
      const at: number[] = []
      await consumer({
        onError: ({ error, job }) => {
          at.push(performance.now())
          failures.push(`${job.attempt} of ${job.attempts}: ${String(error)}`)
        },
      })

      const job = await jobs.failTwice('dice')

      expect(await job.finished()).toBe('done at attempt 3')
      at.push(performance.now())
      expect(failures).toEqual([
        '1 of 3: Error: no luck with dice, attempt 1',
        '2 of 3: Error: no luck with dice, attempt 2',
      ])
      expect((await job.refresh()).attempts).toBe(3)
      const [first = 0, second = 0, end = 0] = at
      // The embedded engine takes half of it at least.
      expect(second - first).toBeGreaterThan(40)
      expect(end - second).toBeGreaterThan(90)
    })

    test('logs what onError throws, with the failure that it was told of as its cause', async () => {
      using log = spyOn(console, 'error').mockImplementation(() => {})
      const handlerError = new Error('handler')
      await consumer({
        onError() {
          throw handlerError
        },
      })

      const job = await jobsOf({ attempts: 1 }).failAlways('glue')

      expect(await failureOf(job.finished())).toContain('glue never works')
      expect(log.mock.calls).toEqual([['[background] Error handler failed:', handlerError]])
      expect(handlerError.cause).toHaveProperty('message', 'glue never works')
    })

    test('makes a dead letter of a job whose attempts are used up, which can be looked at and retried', async () => {
      const jobs = jobsOf({ attempts: 2 })
      await consumer()
      const job = await jobs.failAlways('glue')

      const failure = await job.finished().catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(JobFailedError)
      expect(failure).toMatchObject({ id: job.id, job: 'failAlways', reason: 'glue never works' })

      const [letter, ...others] = await jobs.deadLetters.list()
      expect(others).toEqual([])
      expect(letter).toMatchObject({
        id: job.id,
        status: 'failed',
        attempts: 2,
        error: 'glue never works',
        args: ['glue'],
      })
      expect(await jobs.count()).toEqual({ waiting: 0, running: 0, succeeded: 0, failed: 1 })

      expect(await jobs.deadLetters.retry(job.id)).toBe(true)
      await until('both attempts are made again', () => tasks.calls.length === 4)
      expect(tasks.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2])
      expect(await jobs.deadLetters.retry('no-such-job')).toBe(false)
    })

    test('lists the latest dead letter first, and retries the one that is named alone', async () => {
      const jobs = jobsOf({ attempts: 1 })
      await consumer({ concurrency: 1 })
      const ids: string[] = []
      for (const label of ['first', 'second', 'third']) {
        const job = await jobs.failAlways(label)
        await failureOf(job.finished())
        ids.unshift(job.id)
        // Redis tells the time in milliseconds.
        const ended = Date.now()
        await until('another moment has come', () => Date.now() > ended)
      }
      await until('all are dead letters', async () => (await jobs.count()).failed === 3)
      expect((await jobs.deadLetters.list()).map(({ id }) => id)).toEqual(ids)
      expect((await jobs.deadLetters.list(1)).map(({ id }) => id)).toEqual(ids.slice(0, 1))

      expect(await jobs.deadLetters.retry('')).toBe(false)
      expect((await jobs.count()).failed).toBe(3)
      expect(tasks.calls).toHaveLength(3)
    })

    test('does not retry an error that says it is of no use', async () => {
      const jobs = jobsOf()
      await consumer()
      const job = await jobs.giveUp()
      expect(await failureOf(job.finished())).toContain('no other attempt will help')
      await until('it is a dead letter', async () => (await jobs.deadLetters.list()).length === 1)
      expect(tasks.calls).toHaveLength(1)
    })

    test.each(['undefined', 'string', 'object'])(
      'fails a job that throws an odd thing (%s), and goes on',
      async (what) => {
        const jobs = jobsOf({ attempts: 1 })
        await consumer({ concurrency: 1 })
        const job = await jobs.throwOddly(what)
        expect(await failureOf(job.finished())).toStartWith('throwOddly')
        expect(await (await jobs.add(1, 1)).finished()).toBe(2)
      },
    )

    test('stores one job for one key, however often it is added', async () => {
      const jobs = jobsOf()
      const once = jobs.with({ key: 'order-42' })
      const added = await Promise.all([once.add(1, 1), once.add(1, 1), once.add(1, 1)])
      expect(new Set(added.map(({ id }) => id)).size).toBe(1)
      // The same words for another function, or other words, are another job.
      await once.greet('Ada')
      await jobs.with({ key: 'order-43' }).add(1, 1)
      expect((await jobs.count()).waiting).toBe(3)

      await consumer()
      await added[0]?.finished()
      const again = await once.add(1, 1)

      expect(again).toMatchObject({ id: added[0]?.id, status: 'succeeded', result: 2 })
      await until('all has run', async () => (await jobs.count()).succeeded === 3)
      expect(tasks.calls).toHaveLength(3)
    })

    test('does not add a job again whose key is a dead letter', async () => {
      const jobs = jobsOf({ attempts: 1 })
      const once = jobs.with({ key: 'once' })
      await consumer()
      const job = await once.failAlways('glue')
      await job.finished().catch(() => {})
      expect(await once.failAlways('glue')).toMatchObject({ id: job.id, status: 'failed' })
      expect(tasks.calls).toHaveLength(1)
    })

    test('takes any words for a key', async () => {
      const jobs = jobsOf()
      for (const key of ['a:b:c', '12', 'ä ö/ü', '{}', '../..']) await jobs.with({ key }).add(1, 1)
      expect((await jobs.count()).waiting).toBe(5)
    })

    test('waits before it runs a delayed job', async () => {
      const jobs = jobsOf()
      await consumer()
      const began = performance.now()
      const job = await jobs.with({ delay: 300 }).add(1, 2)
      expect(await (await jobs.add(3, 4)).finished()).toBe(7)
      expect(await job.finished()).toBe(3)
      expect(performance.now() - began).toBeGreaterThan(280)
      expect(tasks.calls.map(({ args }) => args)).toEqual([
        [3, 4],
        [1, 2],
      ])
    })

    test('fails an attempt past its timeout, tells the function so, and takes the next job', async () => {
      const jobs = jobsOf({ attempts: 1 })
      await consumer({ concurrency: 1 })
      const job = await jobs.with({ timeout: 50 }).waitForSignal()
      expect(await failureOf(job.finished())).toContain('Still running after 50 ms')
      expect(await (await jobs.add(1, 1)).finished()).toBe(2)
    })

    test('finishes what runs before it closes, and takes nothing new', async () => {
      const jobs = jobsOf()
      const running = await consumer({ concurrency: 1 })
      const job = await jobs.waitAtGate()
      await tasks.started.promise
      await jobs.add(1, 1)

      const closing = running.close()
      tasks.openGate()

      expect(await closing).toBe(0)
      expect((await job.refresh()).status).toBe('succeeded')
      expect(await jobs.count()).toMatchObject({ waiting: 1, succeeded: 1 })
    })

    test('closes at its deadline, and tells the job that still runs', async () => {
      const jobs = jobsOf()
      const running = await consumer()
      await jobs.waitForSignal()
      await tasks.started.promise
      expect(await running.close(50)).toBe(1)
    })

    test('makes a dead letter of a job that the consumer has no function for, at once', async () => {
      const jobs = jobsOf()
      await consumer({}, { add: tasks.add })
      const job = await jobs.greet('Ada')
      expect(await failureOf(job.finished())).toContain(
        'has a job for greet(), and this consumer knows add',
      )
      await until('it is a dead letter', async () => (await jobs.deadLetters.list()).length === 1)
    })

    test('does not call what every object has', async () => {
      const jobs = jobsOf()
      await consumer()
      const loose = jobs.with({}) as unknown as Record<
        string,
        (text: string) => Promise<{ finished(): Promise<unknown> }>
      >
      for (const odd of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
        const job = await loose[odd]?.('return process')
        expect(await failureOf(job?.finished())).toContain('this consumer knows')
      }
      await until('all are dead letters', async () => (await jobs.count()).failed === 4)
    })

    test('removes what has succeeded after the stated time', async () => {
      const jobs = jobsOf({ keep: { succeeded: 1_000 } })
      await consumer()
      const job = await jobs.add(1, 1)
      await job.finished()
      await until('it is gone', async () => {
        // BullMQ looks at the old ones when another one ends.
        await (await jobs.add(2, 2)).finished()
        return (await jobs.find(job.id)) === undefined
      })
    })

    test('publishes every change of a watched job on the channel of the tasks', async () => {
      const jobs = jobsOf({ attempts: 3 })
      const seen: string[] = []
      using _ = subscribe(({ status, task }) => {
        const progress = task.progress ? ` ${task.progress}` : ''
        seen.push(`${task.name}${String(task.args)} ${status}${progress}`)
      })
      const watching = await jobs.watch()
      opened.push({ close: async () => watching[Symbol.asyncDispose]() })
      await consumer({ concurrency: 1 })

      await (await jobs.failTwice('dice')).finished()
      await (await jobs.report(2)).finished()

      expect(seen.join(', ')).toBe(
        [
          'failTwicedice waiting, failTwicedice running, failTwicedice waiting',
          'failTwicedice running, failTwicedice waiting, failTwicedice running, failTwicedice succeeded',
          'report2 waiting, report2 running, report2 running 0.5, report2 running 1',
          'report2 succeeded 1',
        ].join(', '),
      )
    })

    test('brings every JSON value through unchanged', async () => {
      const jobs = jobsOf()
      await consumer()
      const strings = ['', 'ä\u0000\u2028"\\\ud83d\ude00', '\ud800']
      const numbers = [0, -1.5, 2 ** 53, 1e308]
      const objects = [[], {}, [[[1]]], { 'a b': { '': null } }, JSON.parse('{"__proto__": 1}')]
      const values = [...strings, ...numbers, true, null, ...objects]
      const job = await jobs.echo(...values)
      expect(await job.finished()).toEqual({ values })
    })

    test('stores the arguments as they are at the call', async () => {
      const jobs = jobsOf()
      const letter = { to: 'Ada' }
      const adding = jobs.echo(letter)
      letter.to = 'Grace'
      const job = await adding
      expect(job.args).toEqual([{ to: 'Ada' }])
      expect((await jobs.find(job.id))?.args).toEqual([{ to: 'Ada' }])
    })

    test('tells who waits for a job that it was removed by hand', async () => {
      const jobs = jobsOf()
      const [removed, kept] = [await jobs.add(1, 1), await jobs.add(2, 2)]
      const reason = failureOf(removed.finished())
      const result = kept.finished()
      // Both have been looked at when this is answered, and are waited for.
      for (let look = 0; look < 3; look++) await kept.refresh()
      const own = (await jobs.engine) as { removeAsync?: Remove; remove: Remove }

      await (own.removeAsync ?? own.remove).call(own, removed.id)

      expect(await reason).toContain('it is not in the queue (any more)')
      await consumer()
      expect(await result).toBe(4)
    })

    test('leaves the engine within reach', async () => {
      const jobs = jobsOf()
      await jobs.add(1, 1)
      expect(await jobs.engine).toMatchObject({ name })
    })

    test.each<[CallOptions, string]>([
      [{ attempts: 0 }, 'attempts must be'],
      [{ attempts: Infinity }, 'attempts must be a whole number from 1 up, got Infinity'],
      [{ backoff: -1 }, 'backoff must be'],
      [{ timeout: Number.NaN }, 'timeout must be'],
      [{ delay: -1 }, 'delay must be'],
      [{ delay: Infinity }, 'delay must be whole milliseconds from 0 up, got Infinity'],
      [{ backoff: 0.5 }, 'backoff must be whole milliseconds'],
      [{ key: '' }, 'key must be'],
    ])('refuses options that make no sense: %p', (options, message) => {
      expect(() => jobsOf().with(options)).toThrow(message)
    })

    test('refuses options that it does not know, with the nearest one that it does', async () => {
      const loosely = (options: object) => jobsOf(options)
      expect(() => loosely({ atempts: 2 })).toThrow('no option atempts. Did you mean attempts?')
      expect(() => loosely({ keep: { succeded: 1 } })).toThrow('Did you mean succeeded?')
      expect(() => loosely({ keep: null })).toThrow('keep takes an object of options, got null')
      expect(() => jobsOf().with({ delai: 2 } as object)).toThrow('Did you mean delay?')
      expect(() => loosely({ url: 'http://127.0.0.1' })).toThrow('url must begin with redis://')
      expect(() => loosely({ file: 3 })).toThrow('file must be a string, got 3')
      expect(await failureOf(consumer({ concurency: 2 } as object))).toContain(
        'Did you mean concurrency?',
      )
    })

    test.each<[ConsumeOptions, string]>([
      [{ concurrency: Infinity }, 'concurrency must be a whole number'],
      [{ lostAfter: 1000.5 }, 'lostAfter must be whole milliseconds from 1 up, got 1000.5'],
      [{ lostAfter: Infinity }, 'lostAfter must be whole milliseconds from 1 up, got Infinity'],
      [{ lostAfter: 2 ** 31 }, 'lostAfter must be'],
      [{ lostAfter: 0 }, 'lostAfter must be'],
    ])('refuses a consumer that could run nothing: %p', async (options, message) => {
      expect(await failureOf(consumer(options))).toContain(message)
      expect(await failureOf(jobsOf().deadLetters.list(Infinity))).toContain('limit must be')
    })
  })
}

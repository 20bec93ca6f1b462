/**
 * What peers promise and test, as facts about a server that anyone can serve. Each case is a sentence; it throws where
 * the sentence is not true. The same cases are our tests and the score of everybody.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'

import type { Event, Subject } from './subject'

export type Case = {
  id: string
  sentence: string
  peer: string
  /** The scenario to serve, if its name is not the id. */
  scenario?: string
  /** What a subject must offer for the case to make sense: else it counts as not offered. */
  needs?: 'runner' | 'use' | 'signals' | 'options'
  /** Whether the same app exists in Starlette. */
  starlette?: boolean
  run: (subject: Subject) => Promise<void>
}

/** On a noisy machine, what happens within this is "at once": half of the second that the tasks block for. */
const atOnce = 500

const streams = {
  generator: 'an async generator',
  stream: 'a ReadableStream',
  sse: 'server-sent events',
}

const greed = {
  plain: 'whose task adds itself for ever',
  microtasks: 'whose task adds itself for ever and awaits only what is there',
  many: 'of 200,000 small tasks',
}

export const cases: Case[] = [
  {
    id: 'S1',
    sentence: 'one async task runs once, and body and status are right',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('t1')
      await subject.idle()
      assert.equal(answer.text, 'task initiated')
      assert.equal(answer.status, 200)
      assert.deepEqual(subject.told('start', 'end'), ['start t1', 'end t1'])
    },
  },
  {
    id: 'S2',
    sentence: 'one plain function runs once, and body and status are right',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('t1')
      await subject.idle()
      assert.equal(answer.text, 'task initiated')
      assert.equal(answer.status, 200)
      assert.deepEqual(subject.told('start', 'end'), ['start t1', 'end t1'])
    },
  },
  {
    id: 'S3',
    sentence: 'three tasks with the arguments 1, 2 and 3 run once each, in order',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      await subject.get('/')

      await subject.until(({ data }) => data === 3)
      await subject.idle()
      assert.deepEqual(
        subject.events.filter(({ event }) => event === 'start').map(({ data }) => data),
        [1, 2, 3],
      )
    },
  },
  {
    id: 'S4',
    sentence:
      'when the first of two tasks raises, the second never starts and the error is reported',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.until(({ event }) => event === 'reported')
      await subject.idle()
      assert.equal(answer.text, 'tasks initiated')
      assert.deepEqual(subject.told('start'), ['start t1'])
    },
  },
  {
    id: 'S5',
    sentence:
      'a raising task behind a 204 is reported, and an app-wide error handler answers nothing',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.until(({ event }) => event === 'reported')
      await subject.idle()
      assert.equal(answer.status, 204)
      assert.equal(answer.text, '')
    },
  },
  ...(['generator', 'stream', 'sse'] as const).map((kind): Case => ({
    id: `S6 ${kind}`,
    sentence: `a task starts after the last chunk of ${streams[kind]}`,
    peer: 'Starlette',
    scenario: 'S6',
    starlette: kind !== 'sse',
    async run(subject) {
      const answer = await subject.get(`/${kind}`)

      const start = await subject.started('t1')
      assert.match(answer.text, /a[^]*b[^]*c/)
      assert.deepEqual(subject.told('chunk', 'start'), [
        'chunk a',
        'chunk b',
        'chunk c',
        'start t1',
      ])
      assertAtOnce(answer.lastByteAt, start)
    },
  })),
  {
    id: 'S7',
    sentence: 'a task behind a file leaves body and headers intact and starts after the last byte',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      const start = await subject.started('t1')
      assert.equal(answer.text.length, 8_000_000)
      assert.equal(answer.headers.get('content-length'), '8000000')
      assertAtOnce(answer.lastByteAt, start)
    },
  },
  {
    id: 'S9',
    sentence:
      'a client that goes away, after the response or in the middle of it, leaves the task to its end',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      await leave(subject, '/after', 'short')
      await subject.ended('t1')

      await leave(subject, '/middle', 'xxx')
      await subject.until(() => subject.told('end').length === 2)
      await subject.idle()
      assert.deepEqual(subject.told('end'), ['end t1', 'end t1'])
    },
  },
  {
    id: 'S11',
    sentence:
      'two requests at once have their bodies before the tasks end, and their tasks overlap',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answers = await Promise.all([subject.get('/a'), subject.get('/b')])

      const ends = [await subject.ended('a'), await subject.ended('b')]
      for (const { text, lastByteAt } of answers) {
        assert.equal(text.length, 1_000)
        for (const end of ends) assert.ok(lastByteAt < end.at)
      }
      assert.deepEqual(subject.told('start', 'end').slice(0, 2).toSorted(), ['start a', 'start b'])
    },
  },
  {
    id: 'S13',
    sentence: 'ten plugins that each add a task have all ten run once, in order',
    peer: 'Starlette',
    async run(subject) {
      await subject.get('/')

      await subject.ended('hook 9')
      await subject.idle()
      assert.deepEqual(
        subject.told('start'),
        Array.from({ length: 10 }, (_, hook) => `start hook ${hook}`),
      )
    },
  },
  {
    id: 'S14',
    sentence: 'a redirect keeps its status, its location and its task',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('t1')
      assert.equal(answer.status, 302)
      assert.equal(answer.headers.get('location'), '/elsewhere')
    },
  },
  {
    id: 'S15',
    sentence: 'a handler that adds a task and then throws runs none',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      const answers = [await subject.get('/'), await subject.get('/async')]

      await subject.idle()
      assert.deepEqual(
        answers.map(({ status }) => status),
        [500, 500],
      )
      assert.deepEqual(subject.told('start'), [])
    },
  },
  {
    id: 'S15 always',
    sentence: "with when: 'always', a handler that adds a task and then throws runs it",
    peer: 'Starlette',
    needs: 'options',
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('t1')
      assert.equal(answer.status, 500)
    },
  },
  {
    id: 'S16',
    sentence: 'a task that adds a task to its own running list has it run last',
    peer: 'Starlette',
    starlette: true,
    async run(subject) {
      await subject.get('/')

      await subject.ended('t3')
      assert.deepEqual(subject.told('start'), ['start t1', 'start t2', 'start t3'])
    },
  },
  {
    id: 'F2',
    sentence: "derive's, resolve's and the handler's tasks are one list in that order",
    peer: 'FastAPI',
    async run(subject) {
      await subject.get('/')

      await subject.ended('handler')
      await subject.idle()
      assert.deepEqual(subject.told('start'), ['start derive', 'start resolve', 'start handler'])
    },
  },
  {
    id: 'F4',
    sentence:
      'a resource opened for the request is open in the task and closed after it, also when the handler throws',
    peer: 'FastAPI',
    needs: 'use',
    async run(subject) {
      await subject.get('/')
      const { data } = await subject.until(({ event }) => event === 'used')
      await subject.until(({ event }) => event === 'closed')
      await subject.get('/throws')
      await subject.until(() => subject.told('closed').length === 2)

      assert.equal(data, true)
      assert.deepEqual(subject.told('used', 'closed'), [
        'used resource',
        'closed resource',
        'closed resource',
      ])
    },
  },
  {
    id: 'F7',
    sentence: 'a handler that returns its own Response keeps its tasks',
    peer: 'FastAPI',
    starlette: true,
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('t1')
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.get('x-mine'), 'yes')
    },
  },
  {
    id: 'H2',
    sentence: 'a list of tasks added to a list runs in its place',
    peer: 'FastHTML',
    starlette: true,
    async run(subject) {
      await subject.get('/')

      await subject.ended('c')
      assert.deepEqual(subject.told('start'), ['start a', 'start b', 'start c'])
    },
  },
  {
    id: 'H4',
    sentence:
      'behind a page, the task after a failure is skipped and the report names task and arguments',
    peer: 'FastHTML',
    async run(subject) {
      const answer = await subject.get('/')

      const report = await subject.until(({ event }) => event === 'reported')
      const { data } = await subject.until(({ event }) => event === 'statuses')
      assert.equal(answer.status, 200)
      assert.match(answer.text, /^(<!doctype html>)?<h1>/)
      assert.equal(report.name, 't2')
      assert.deepEqual(report.data, { error: 't2 failed', args: ['ada', 7] })
      if (data !== 'none') assert.deepEqual(data, ['succeeded', 'failed', 'skipped'])
      await subject.idle()
      assert.deepEqual(subject.told('start'), ['start t1', 'start t2'])
    },
  },
  {
    id: 'N3',
    sentence: 'tasks added while the body streams start after it has closed, all of them',
    peer: 'Next.js',
    async run(subject) {
      const answer = await subject.get('/')

      await subject.ended('after c')
      assert.equal(answer.text, 'abc')
      assert.deepEqual(subject.told('chunk', 'closing', 'start'), [
        'chunk a',
        'chunk b',
        'chunk c',
        'closing stream',
        'start after a',
        'start after b',
        'start after c',
      ])
    },
  },
  {
    id: 'N4',
    sentence: 'a task that adds a task, five deep, has all of them run before the runner is idle',
    peer: 'Next.js',
    needs: 'runner',
    async run(subject) {
      await subject.get('/')
      await subject.idle()

      assert.deepEqual(
        subject.told('start'),
        [1, 2, 3, 4, 5].map((depth) => `start depth ${depth}`),
      )
    },
  },
  {
    id: 'N10',
    sentence: 'AsyncLocalStorage set around addTask is the same store inside the task',
    peer: 'Next.js',
    starlette: true,
    async run(subject) {
      await Promise.all([subject.get('/ada'), subject.get('/grace')])

      for (const name of ['ada', 'grace']) {
        const { data } = await subject.until(
          (event) => event.event === 'store' && event.name === name,
        )
        assert.equal(data, name)
      }
    },
  },
  {
    id: 'N11',
    sentence:
      'redirect, 404, failed validation, thrown error and aborted stream follow the rule, and the server lives',
    peer: 'Next.js',
    async run(subject) {
      const statuses: number[] = []
      for (const path of ['/redirect', '/not-found', '/validated', '/throws', '/unknown'])
        statuses.push((await subject.get(path)).status)
      await leave(subject, '/aborted', 'xxx')

      await subject.ended('/aborted')
      await subject.idle()
      assert.deepEqual(statuses, [302, 404, 422, 500, 404])
      assert.deepEqual(subject.told('start'), [
        'start /redirect',
        'start /not-found',
        'start /aborted',
      ])
    },
  },
  {
    id: 'N13',
    sentence:
      'SIGTERM lets tasks finish until the deadline, refuses new lists, and names what was left',
    peer: 'Next.js',
    needs: 'signals',
    async run(subject) {
      await Promise.all([subject.get('/'), subject.get('/hung'), subject.get('/adds-more')])
      await subject.started('adds more')
      subject.signal('SIGTERM')
      const code = await subject.exit()

      assert.deepEqual(subject.told('end').toSorted(), ['end quick', 'end to a held list'])
      assert.deepEqual(subject.told('refused'), ['refused draining'])
      assert.equal(code, 1)
      const output = subject.output.join('\n')
      assert.match(output, /Not finished: hung\("a dead service"\)/)
      assert.match(output, /Never started: behind\(\)/)
    },
  },
  {
    id: 'L1',
    sentence: "with when: 'always', a status of 400 or more runs the tasks, returned or thrown",
    peer: 'Laravel',
    needs: 'options',
    async run(subject) {
      const statuses = [
        (await subject.get('/returned')).status,
        (await subject.get('/thrown')).status,
      ]

      await subject.ended('returned')
      await subject.ended('thrown')
      assert.equal(statuses[0], 418)
      assert.ok((statuses[1] ?? 0) >= 400) // without AOT, Elysia answers a thrown status with 500
    },
  },
  {
    id: 'D1',
    sentence:
      'a task that throws undefined, a string or an object with a throwing toString is reported',
    peer: 'ours',
    async run(subject) {
      for (const what of ['undefined', 'string', 'hostile']) {
        await subject.get(`/${what}`)
        await subject.until(({ event, name }) => event === 'reported' && name === what)
      }

      assert.equal((await subject.get('/string')).text, 'ok')
    },
  },
  {
    id: 'D1 log',
    sentence: 'without onError, whatever a task throws is logged and the next request is served',
    peer: 'ours',
    scenario: 'D1 without onError',
    async run(subject) {
      await subject.get('/')
      await subject.idle()

      assert.equal((await subject.get('/')).text, 'ok')
      await subject.says('Task failed')
    },
  },
  {
    id: 'D2',
    sentence: 'an onError that throws or rejects is logged once and stops nothing',
    peer: 'ours',
    needs: 'options',
    async run(subject) {
      for (const how of ['throws', 'rejects']) {
        await subject.get(`/${how}`)
        await subject.idle()
      }

      assert.deepEqual(subject.told('end'), ['end t2', 'end t2'])
      await subject.says('Error handler failed', 2)
      await subject.says('error: the handler of t1 failed', 2)
      const output = subject.output.join('\n')
      assert.equal(output.match(/Error handler failed/g)?.length, 2)
      assert.equal(output.match(/error: the handler of t1 failed/g)?.length, 2)
    },
  },
  {
    id: 'D3',
    sentence:
      'where Elysia has no route or no hook, the server answers and a task that was added runs',
    peer: 'ours',
    async run(subject) {
      const post = (body: string) => ({
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      const statuses: number[] = []
      for (const [path, init] of [
        ['/unknown', {}],
        ['/json', {}],
        ['/json', post('{"number":')],
        ['/json', post('{"number":"x"}')],
        ['/early', {}],
        ['/static', {}],
        ['/response', {}],
        ['/plain', {}],
      ] as const)
        statuses.push((await subject.get(path, init)).status)

      for (const name of [
        'not found',
        'parse error',
        'validation error',
        'onRequest',
        'static',
        'static response',
      ])
        await subject.ended(name)
      assert.deepEqual(statuses.slice(0, 2), [404, 404])
      assert.ok([400, 500].includes(statuses[2] ?? 0)) // without AOT, Elysia says 500
      assert.deepEqual(statuses.slice(3), [422, 200, 200, 200, 200])
    },
  },
  {
    id: 'D4',
    sentence:
      'a handler whose promise Elysia does not see adds a task late, and it runs after the response',
    peer: 'ours',
    async run(subject) {
      const answer = await subject.get('/')

      const start = await subject.started('late')
      assert.equal(answer.text, 'slow')
      assert.deepEqual(subject.told('answered', 'start'), ['answered handler', 'start late'])
      assertAtOnce(answer.lastByteAt, start)
    },
  },
  {
    id: 'D5',
    sentence: 'of 2,000 lists at once never more than 50 run, all of them do, and memory returns',
    peer: 'ours',
    needs: 'options',
    async run(subject) {
      type Report = { most: number; ended: number; pending: number; heap: number }
      const report = async () => JSON.parse((await subject.get('/report')).text) as Report
      await Promise.all(Array.from({ length: 100 }, () => subject.get('/')))
      await subject.idle()
      const before = await report()
      const answers = await Promise.all(Array.from({ length: 2_000 }, () => subject.get('/')))
      await subject.idle()
      const after = await report()

      assert.ok(answers.every(({ status }) => status === 200))
      assert.equal(after.most, 50)
      assert.equal(after.ended, 2_100)
      assert.equal(after.pending, 0)
      const grown = after.heap - before.heap
      assert.ok(grown < 1_000_000, `2,000 lists left ${grown} bytes behind`)
    },
  },
  {
    id: 'D6',
    sentence:
      'past its capacity it answers 503 with Retry-After, takes no task, and serves again when there is room',
    peer: 'ours',
    needs: 'options',
    async run(subject) {
      await subject.get('/first')
      await subject.get('/second')
      const refused = await subject.get('/refused')
      await subject.idle()
      const served = await subject.get('/third')

      await subject.ended('third')
      assert.equal(refused.status, 503)
      assert.equal(refused.headers.get('retry-after'), '1')
      assert.equal(served.status, 200)
      assert.deepEqual(subject.told('start'), ['start first', 'start second', 'start third'])
    },
  },
  ...(['10', '1000000', '8000000', 'stream'] as const).map((body): Case => ({
    id: `D7 ${body}`,
    sentence: `a task that blocks for a second holds up no byte of its response (${body === 'stream' ? 'a stream' : `${Number(body).toLocaleString('en')} bytes`})`,
    peer: 'ours',
    scenario: 'D7',
    starlette: true,
    async run(subject) {
      const answer = await subject.get(`/${body}`)

      const end = await subject.ended('t1')
      assert.equal(answer.text.length, body === 'stream' ? 500_000 : Number(body))
      assert.ok(
        answer.lastByteAt < end.at - atOnce,
        `the last byte came ${end.at - answer.lastByteAt} ms before the end`,
      )
    },
  })),
  {
    id: 'D8',
    sentence: 'app.stop() resolves when the tasks that were added have run, started or not',
    peer: 'ours',
    async run(subject) {
      await subject.get('/')
      await subject.get('/waiting')
      await subject.get('/stop')
      await subject.until(({ event }) => event === 'stopped')

      assert.deepEqual(subject.told('end', 'stopped'), [
        'end running',
        'end waiting',
        'end added with the stop',
        'stopped app',
      ])
    },
  },
  {
    id: 'D9',
    sentence: 'used twice, in a child and its parent, and in two apps, each task runs once',
    peer: 'ours',
    async run(subject) {
      await subject.get('/child')
      await subject.get('/parent')
      const { data } = await subject.until(({ event }) => event === 'port')
      await (await fetch(`http://127.0.0.1:${Number(data)}/other`)).text()

      for (const name of ['child', 'parent', 'other']) await subject.ended(name)
      await subject.idle()
      assert.deepEqual(subject.told('start'), ['start child', 'start parent', 'start other'])
    },
  },
  {
    id: 'D10',
    sentence: 'two apps that stop on signals both end their tasks, and there is one exit',
    peer: 'ours',
    needs: 'signals',
    async run(subject) {
      await subject.get('/')
      await subject.started('slow')

      subject.signal('SIGTERM')

      assert.equal(await subject.exit(), 0)
      assert.deepEqual(subject.told('end'), ['end quick', 'end slow'])
    },
  },
  ...(['plain', 'microtasks', 'many'] as const).map((how): Case => ({
    id: `D11 ${how}`,
    sentence: `a list ${greed[how]} leaves timers and other requests their turn`,
    peer: 'ours',
    scenario: 'D11',
    async run(subject) {
      await subject.get(`/${how}`)
      const began = await subject.started(how)
      const timer = await subject.until(({ event }) => event === 'timer')
      const other = await subject.get('/other')

      assert.equal(other.text, 'ok')
      assert.ok(timer.at - began.at < atOnce, `the timer came after ${timer.at - began.at} ms`)
      assert.deepEqual(subject.told('end'), [], 'the list had ended, and nothing was proven')
    },
  })),
  {
    id: 'D12',
    sentence: '2,000 connections that attach no-op tasks without a pause are all served',
    peer: 'ours',
    needs: 'options',
    async run(subject) {
      const statuses = await crowd(subject, 2_000, 20)

      assert.deepEqual(statuses, { 200: 40_000 })
    },
  },
  {
    id: 'D13',
    sentence: 'a task that stands in a list and is run by hand runs once',
    peer: 'elysia-background',
    needs: 'runner',
    async run(subject) {
      await subject.get('/')
      await subject.idle()

      assert.deepEqual(subject.told('start'), ['start t1'])
    },
  },
  {
    id: 'D14',
    sentence: 'an onError that never settles holds up neither a drain nor an idle after it',
    peer: 'ours',
    needs: 'runner',
    async run(subject) {
      await subject.get('/')
      await subject.until(({ event }) => event === 'drained')

      await subject.get('/after')
      await subject.ended('after')
      await subject.idle()
    },
  },
  ...(['undefined', 'null', 'generator', 'async-generator'] as const).map((what): Case => ({
    id: `D15 ${what}`,
    sentence: `a ${what.includes('generator') ? `handler that is an ${what.replace('async-', 'async ')} and throws before its first yield`.replace('an generator', 'a generator') : `handler that throws ${what}`} runs nothing, and is let go`,
    peer: 'Elysia',
    scenario: 'D15',
    async run(subject) {
      const answer = await subject.get(`/${what}`)
      await subject.idle()

      assert.equal(answer.status, 500)
      assert.deepEqual(subject.told('start'), [])
      assert.equal((await subject.get('/ok')).text, 'ok')
    },
  })),
]

/** The client had the last byte when the task began, give or take what the machine does in between. */
function assertAtOnce(lastByteAt: number, start: Event): void {
  const late = lastByteAt - start.at
  assert.ok(late < atOnce, `the last byte came ${late.toFixed(0)} ms after the task had begun`)
}

/** Asks for `path` and hangs up as soon as `text` is there. */
async function leave(subject: Subject, path: string, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(subject.port, '127.0.0.1', () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  })
  socket.on('error', reject)
  socket.on('data', (data) => {
    if (!data.toString().includes(text)) return
    socket.destroy()
    resolve()
  })
  await promise
}

/** Asks on so many connections at once, so often on each, as fast as it goes, and counts the answers. */
async function crowd(
  subject: Subject,
  connections: number,
  times: number,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  const request = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
  const ask = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let left = times
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: subject.port,
      socket: {
        data(connection, data) {
          const [, status] = /^HTTP\/1.1 (\d+)/.exec(data.toString('latin1')) ?? []
          if (!status) return
          statuses[status] = (statuses[status] ?? 0) + 1
          if (--left > 0) connection.write(request)
          else resolve()
        },
        close: () => reject(new Error('The server hung up.')),
        error: (_, error) => reject(error),
      },
    })
    socket.write(request)
    await promise
    socket.end()
  }
  await Promise.all(Array.from({ length: connections }, ask))
  return statuses
}

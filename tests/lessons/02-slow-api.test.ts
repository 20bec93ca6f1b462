import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'

import { freePort, Program } from '../support/program'
import { beginningOfASecond, until } from '../support/until'

setDefaultTimeout(30_000)

type Answer = () => Response | Promise<Response>

const right = () => Response.json({ request_time: 1, response_time: 2 })
const quick = { SLOW_PAUSE: '10', SLOW_TIMEOUT: '150' }

describe('the dashboard', () => {
  let answer: Answer
  let service: Bun.Server<undefined>
  let app: Program
  let address: string

  beforeAll(async () => {
    service = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => answer() })
    const port = freePort()
    address = `http://127.0.0.1:${port}`
    const env = { ...quick, PORT: String(port), SLOW_URL: `${service.url.origin}/slow` }
    app = await new Program(['lessons/02-slow-api/app.tsx'], env).says('Ready')
  })
  afterAll(async () => {
    await app[Symbol.asyncDispose]()
    await service.stop(true)
  })
  beforeEach(() => {
    answer = right
  })

  const press = () => fetch(`${address}/submit`, { method: 'POST' })

  const failures = () => app.errors.match(/^addBySecond failed:/gm) ?? []

  /** The newest row, when it has come to `status`. */
  const newestRow = (status: string) =>
    until(`the newest row is ${status}`, async () => {
      const [row] = await rows(address)
      return row?.includes(`status ${status}`) && row
    })

  test('a press is answered while the service has not answered yet', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    answer = () => promise

    const pressed = await (await press()).text()

    expect(pressed).toMatch(/Request submitted at: \d\d:\d\d:\d\d/)
    expect((await rows(address))[0]).toContain('status waiting')
    resolve(right())
    expect(await newestRow('done')).toContain('answered at')
  })

  test('three presses within one second give three rows', async () => {
    const before = (await rows(address)).length

    await Promise.all([press(), press(), press()])

    expect(await rows(address)).toHaveLength(before + 3)
    await until('all of them are done', async () =>
      (await rows(address)).slice(0, 3).every((row) => row.includes('status done')),
    )
  })

  test('where the second is the key, they give one row, behind three answers of 200', async () => {
    await beginningOfASecond()
    const [before, printed] = [(await rowsBySecond(address)).length, failures().length]

    const pressed = await Promise.all([press(), press(), press()])

    expect(pressed.map(({ status }) => status)).toEqual([200, 200, 200])
    await until('two have failed', () => failures().length === printed + 2)
    expect(await rowsBySecond(address)).toHaveLength(before + 1)
  })

  test('a service that recovers is asked again, and the row says so meanwhile', async () => {
    const asked: number[] = []
    const { promise, resolve } = Promise.withResolvers<Response>()
    answer = () => (asked.push(1) === 1 ? new Response('busy', { status: 503 }) : promise)

    await press()

    await until('the service is asked twice', () => asked.length === 2)
    expect((await rows(address))[0]).toContain('The service answered 503. We try again in 10 ms.')
    resolve(right())
    await newestRow('done')
  })

  const troubles: [what: string, answer: Answer, words: string][] = [
    ['a 500', () => new Response('oops', { status: 500 }), 'The service answered 500.'],
    ['text', () => new Response('hello'), 'The service answered something that is not JSON.'],
    ['nothing', () => new Response(), 'The service answered something that is not JSON.'],
    ['another shape', () => Response.json({ time: 1 }), 'answered JSON, but not two times.'],
    ['null', () => Response.json(null), 'answered JSON, but not two times.'],
    [
      'nothing in time',
      () => new Promise<Response>(() => {}),
      'The service took longer than 150 ms.',
    ],
  ]
  for (const [what, wrong, words] of troubles) {
    test(`when the service answers ${what}, the row and the terminal say so`, async () => {
      answer = wrong
      const printed = app.errors.length

      await press()

      expect(await newestRow('failed')).toContain(`${words} We tried 3 times.`)
      await until('it is printed', () => app.errors.slice(printed).includes(words))
      expect(app.errors).toContain('callSlowService failed:')
    })
  }

  test('whatever goes wrong is a page', async () => {
    const missing = await fetch(`${address}/nowhere`)

    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toStartWith('text/html')
    expect(await missing.text()).toContain('<h1>No such page</h1>')
  })

  test('the list is polled every five seconds, and looked at after a press', async () => {
    const page = await (await fetch(address)).text()

    expect(page).toContain('hx-get="/responses"')
    expect(page).toContain('hx-trigger="every 5s, submitted from:body"')
    expect((await press()).headers.get('hx-trigger')).toBe('submitted')
  })
})

test('without the service, the row and the terminal name what is missing', async () => {
  const port = freePort()
  const env = { ...quick, PORT: String(port), SLOW_PORT: String(freePort()) }
  await using app = await new Program(['lessons/02-slow-api/app.tsx'], env).says('Ready')

  await fetch(`http://127.0.0.1:${port}/submit`, { method: 'POST' })

  const words = `The service is not running: nobody answers at http://127.0.0.1:${env.SLOW_PORT}`
  await app.says(words)
  expect((await rows(`http://127.0.0.1:${port}`))[0]).toContain(words)
})

describe('the slow service', () => {
  const port = freePort()
  let service: Program

  beforeAll(async () => {
    const env = { SLOW_PORT: String(port), SLOW_DELAY: '1' }
    service = await new Program(['lessons/02-slow-api/slow-api.ts'], env).says('Ready')
  })
  afterAll(() => service[Symbol.asyncDispose]())

  const ask = (query: string) => fetch(`http://127.0.0.1:${port}/slow${query}`, { method: 'POST' })

  test('answers with the time of the request and its own', async () => {
    const now = Math.floor(Date.now() / 1000)

    const answer = (await (await ask(`?ts=${now}`)).json()) as Record<string, number>

    expect(Object.keys(answer)).toEqual(['request_time', 'response_time'])
    expect(answer.request_time).toBe(now)
    expect(answer.response_time).toBeGreaterThanOrEqual(now)
  })

  for (const query of ['', '?ts=', '?ts=soon', '?ts=1.5', '?ts=-1'])
    test(`refuses ${query || 'no ts'}`, async () => {
      expect((await ask(query)).status).toBe(422)
    })
})

/** The rows with a key of their own, newest first. */
function rows(address: string): Promise<string[]> {
  return rowsLike(/<li id="response-.*?<\/li>/gs, address)
}

function rowsBySecond(address: string): Promise<string[]> {
  return rowsLike(/<li id="second-.*?<\/li>/gs, address)
}

async function rowsLike(pattern: RegExp, address: string): Promise<string[]> {
  const lists = await (await fetch(`${address}/responses`)).text()
  return lists.match(pattern) ?? []
}

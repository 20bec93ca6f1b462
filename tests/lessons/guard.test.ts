/** Who may talk to a lesson: every route of every server, asked over a real port as a foreign page would ask. */
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { connect } from 'node:net'

import { lessons } from '../../lessons'
import { contentSecurityPolicy } from '../../lessons/guard'
import { freePorts, Program } from '../support/program'

setDefaultTimeout(30_000)

const servers = [
  { file: '01-simple-counter/app.tsx', name: 'app', variable: 'PORT' },
  { file: '02-slow-api/slow-api.ts', name: 'slowApi', variable: 'SLOW_PORT' },
  { file: '02-slow-api/app.tsx', name: 'app', variable: 'PORT' },
  { file: '03-ordered-tasks/mail-catcher.tsx', name: 'app', variable: 'INBOX_PORT' },
  { file: '03-ordered-tasks/app.tsx', name: 'app', variable: 'PORT' },
  { file: '04-workers/app.tsx', name: 'app', variable: 'PORT' },
  { file: '05-queue/app.tsx', name: 'app', variable: 'PORT' },
  { file: '06-notify/mail-catcher.tsx', name: 'app', variable: 'INBOX_PORT' },
  { file: '06-notify/receiver.tsx', name: 'receiver', variable: 'RECEIVER_PORT' },
  { file: '06-notify/app.tsx', name: 'app', variable: 'PORT' },
] as const

test('every page and service of every lesson is asked here', () => {
  const listening = lessons.flatMap(({ slug, processes }) =>
    processes.flatMap(({ variable }) => (variable ? [`${slug} ${variable}`] : [])),
  )
  const asked = servers.map(({ file, variable }) => `${file.split('/')[0]} ${variable}`)

  expect(asked).toEqual(listening)
})

describe.each(servers)('$file', ({ file, name, variable }) => {
  test('answers no foreign host and lets no foreign page change anything, on every route', async () => {
    const env = { ...freePorts(), REDIS_URL: '' }
    await using server = await new Program([`lessons/${file}`], env).says('Ready')
    const port = Number(env[variable])
    const own = `127.0.0.1:${port}`
    const routes = await routesOf(file, name)
    expect(routes.length).toBeGreaterThan(0)

    for (const { method, path } of [...routes, { method: 'POST', path: '/nowhere' }]) {
      const isSocket = method === 'WS'
      const ask = (headers: Record<string, string>) =>
        isSocket
          ? send(port, 'GET', path, { ...headers, ...socketHeaders })
          : send(port, method, path, headers)
      for (const host of ['evil.test', `evil.test:${port}`, `127.0.0.1:${port + 1}`, 'localhost'])
        expect([method, path, host, await ask({ host })]).toEqual([method, path, host, 421])
      if (method === 'GET') continue
      for (const foreign of [
        { origin: 'http://evil.test' },
        { origin: 'null' },
        { origin: `https://${own}` },
        { origin: `http://localhost:${port}` },
        { origin: `http://127.0.0.1:${port + 1}` },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: `http://${own}`, 'sec-fetch-site': 'cross-site' },
      ])
        expect([method, path, foreign, await ask({ host: own, ...foreign })]).toEqual([
          method,
          path,
          foreign,
          403,
        ])
    }
    expect(server.errors).toBe('')
  })
})

describe('a lesson answers', () => {
  let app: Program | undefined
  afterEach(() => app?.[Symbol.asyncDispose]())
  const start = async () => {
    const env = { ...freePorts(), SLOW_PAUSE: '1' }
    app = await new Program(['lessons/02-slow-api/app.tsx'], env).says('Ready')
    return Number(env.PORT)
  }

  test('its own page, curl and the address bar, by each of its names', async () => {
    const port = await start()
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `LOCALHOST:${port}`,
      `[::1]:${port}`,
    ])
      for (const headers of [
        {},
        { origin: `http://${host.toLowerCase()}`, 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'none' },
      ])
        expect([host, headers, await send(port, 'POST', '/submit', { host, ...headers })]).toEqual([
          host,
          headers,
          200,
        ])
  })

  test('a foreign page that only reads, which the browser does not let see the answer', async () => {
    const port = await start()
    const answer = await fetch(`http://127.0.0.1:${port}`, {
      headers: { origin: 'http://evil.test' },
    })

    expect(answer.status).toBe(200)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('with a sentence when it refuses', async () => {
    const port = await start()
    const address = `http://127.0.0.1:${port}/submit`

    const host = await fetch(address, { method: 'POST', headers: { host: 'evil.test' } })
    expect(await host.text()).toBe(
      'This server answers at 127.0.0.1 and localhost only, not at "evil.test".\n',
    )
    const origin = await fetch(address, { method: 'POST', headers: { origin: 'http://evil.test' } })
    expect(await origin.text()).toBe('Only a page of this server may change something here.\n')
  })

  test('with a policy, whatever it answers', async () => {
    const port = await start()
    for (const [path, init] of [
      ['/', {}],
      ['/htmx.js', {}],
      ['/nowhere', {}],
      ['/', { headers: { host: 'evil.test' } }],
      ['/submit', { method: 'POST', headers: { origin: 'http://evil.test' } }],
    ] as const) {
      const { headers } = await fetch(`http://127.0.0.1:${port}${path}`, init)
      expect(headers.get('content-security-policy')).toBe(contentSecurityPolicy())
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('the policy', () => {
  const frames = (origin: string | undefined) => {
    const before = Bun.env.GUIDE_ORIGIN
    if (origin === undefined) delete Bun.env.GUIDE_ORIGIN
    else Bun.env.GUIDE_ORIGIN = origin
    const directives = contentSecurityPolicy().split('; ')
    if (before === undefined) delete Bun.env.GUIDE_ORIGIN
    else Bun.env.GUIDE_ORIGIN = before
    return directives.filter((directive) => directive.startsWith('frame-ancestors'))
  }

  test('runs what this server sends, and nothing that is written into a page', () => {
    expect(contentSecurityPolicy()).toStartWith("default-src 'self'; img-src 'self' data:; ")
    expect(contentSecurityPolicy()).not.toContain('unsafe')
  })

  test.each([
    [undefined, "'none'"],
    ['', "'none'"],
    ['guide', "'none'"],
    ['data:text/html,x', "'none'"],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://127.0.0.1:4000/page; script-src *', 'http://127.0.0.1:4000'],
  ] as const)('shows our pages inside those of GUIDE_ORIGIN only: %p', (origin, ancestors) => {
    expect(frames(origin)).toEqual([`frame-ancestors ${ancestors}`])
  })
})

/** Of a GET that opens a WebSocket: no rule of the browser keeps a foreign page from sending it. */
const socketHeaders = {
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

type Route = { method: string; path: string }

/** In a process of its own: a lesson opens its files when it is imported. */
async function routesOf(file: string, name: string): Promise<Route[]> {
  const code = `const { ${name}: app } = await import('./lessons/${file}')
    console.log(JSON.stringify(app.routes.map(({ method, path }) => ({ method, path }))))
    process.exit()`
  const program = new Program(['-e', code], { REDIS_URL: '' })
  expect(await program.ended()).toBe(0)
  return JSON.parse(program.output) as Route[]
}

/** Sends a request with exactly these headers, and resolves with the status. */
async function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  const connection = 'upgrade' in headers ? 'Upgrade' : 'close'
  const lines = Object.entries({ ...headers, connection, 'content-length': '0' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(answer.toString().split(' ')[1])
}

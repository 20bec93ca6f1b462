/** `kit share`: what a visitor gets, and what nobody gets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Offer, offersIn } from '../../lessons/kit/share/offers'
import { rangeOf } from '../../lessons/kit/share/range'
import { serveOffers } from '../../lessons/kit/share/serve'
import { share as shareAt } from '../../lessons/kit/share/share'
import { offersFor } from '../../lessons/kit/share/visitor'
import { targets } from '../../lessons/kit/targets'
import { freePort, Program } from '../support/program'
import { until } from '../support/until'

const text = 'the file for Linux, 0123456789'
const secret = 'nobody may read this'
const sum = new Bun.CryptoHasher('sha256').update(text).digest('hex')

let parent = ''
let folder = ''
let server: Bun.Server<undefined>
let downloads: string[] = []

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'share-'))
  folder = join(parent, 'stick')
  mkdirSync(folder)
  writeFileSync(join(parent, 'secret'), secret)
  writeFileSync(join(folder, 'secret'), secret)
  for (const { file } of targets) writeFileSync(join(folder, file), file)
  writeFileSync(join(folder, 'kit-linux-x64'), text)
  rmSync(join(folder, 'kit-darwin-x64'))
  symlinkSync(join(parent, 'secret'), join(folder, 'kit-darwin-x64'))
  downloads = []
  const onDownload = (file: string) => void downloads.push(file)
  server = serveOffers({
    offers: await offersIn(folder),
    address: '127.0.0.1',
    port: 0,
    onDownload,
  })
})
afterEach(async () => {
  await server.stop(true)
  rmSync(parent, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(path, server.url), { headers, method })

/** Sends exactly this, and resolves with all that comes back. */
async function raw(request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let answer = ''
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port ?? 0,
    socket: { data: (_, data) => void (answer += data.toString()), close: () => resolve() },
  })
  socket.write(request)
  await promise
  return answer
}
const rawGet = (path: string, more = '') =>
  raw(`GET ${path} HTTP/1.1\r\nHost: ${server.url.host}\r\n${more}Connection: close\r\n\r\n`)

describe('The page', () => {
  const browsers: [name: string, userAgent: string, files: string[]][] = [
    ['Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', ['kit-windows-x64.exe']],
    ['Linux', 'Mozilla/5.0 (X11; Linux x86_64)', ['kit-linux-x64']],
    ['Linux on ARM', 'Mozilla/5.0 (X11; Linux aarch64)', ['kit-linux-arm64']],
    // The file for Intel is a link here, and not offered.
    ['a Mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', ['kit-darwin-arm64']],
    ['a phone', 'Mozilla/5.0 (Linux; Android 16; K) Mobile', []],
    ['curl', 'curl/8.5.0', []],
  ]
  for (const [name, userAgent, files] of browsers)
    test(`names the file for ${name} first, and then all others`, async () => {
      const page = await (await get('/', { 'user-agent': userAgent })).text()

      const linked = [...page.matchAll(/href="\/([^"]+)"/g)].map(([, file]) => file)
      expect(linked.slice(0, files.length)).toEqual(files)
      const offered = targets.map(({ file }) => file).filter((file) => file !== 'kit-darwin-x64')
      expect(new Set(linked)).toEqual(new Set(offered))
      expect(linked.length).toBe(offered.length)
      expect(page.includes('For this laptop')).toBe(files.length > 0)
    })

  test('has the sum of each file, and a line that fetches and starts it', async () => {
    const answer = await get('/')
    const page = await answer.text()

    expect(page).toContain(`<code>${sum}</code>`)
    expect(page).toContain(
      `<code>curl -f -o kit ${server.url.origin}/kit-linux-x64 &amp;&amp; chmod +x kit &amp;&amp; ./kit</code>`,
    )
    expect(answer.headers.get('content-security-policy')).toStartWith(
      "default-src 'none'; style-src 'sha256-",
    )
  })

  test('a Mac is offered both of its files, the newer kind first', () => {
    const offers = targets.map((target) => ({ target }) as Offer)

    const files = offersFor('Macintosh', offers).map(({ target }) => target.file)

    expect(files).toEqual(['kit-darwin-arm64', 'kit-darwin-x64'])
  })
})

describe('A file', () => {
  test('is sent as it is, with its length and its sum', async () => {
    const answer = await get('/kit-linux-x64')

    expect(await answer.text()).toBe(text)
    expect(answer.headers.get('etag')).toBe(`"${sum}"`)
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(downloads).toEqual(['kit-linux-x64'])
    expect(await (await get('/SHA256SUMS')).text()).toContain(`${sum}  kit-linux-x64\n`)
  })

  test('HEAD has the length and no body, and is no download', async () => {
    const answer = await get('/kit-linux-x64', {}, 'HEAD')

    expect(answer.headers.get('content-length')).toBe(String(text.length))
    expect(await answer.text()).toBe('')
    expect(downloads).toEqual([])
  })

  const ranges: [range: string, status: number, body: string, contentRange: string | null][] = [
    ['bytes=0-3', 206, text.slice(0, 4), `bytes 0-3/${text.length}`],
    ['bytes=20-', 206, text.slice(20), `bytes 20-${text.length - 1}/${text.length}`],
    ['bytes=-4', 206, '6789', `bytes ${text.length - 4}-${text.length - 1}/${text.length}`],
    ['bytes=5-9999', 206, text.slice(5), `bytes 5-${text.length - 1}/${text.length}`],
    ['bytes=-9999', 206, text, `bytes 0-${text.length - 1}/${text.length}`],
    ['bytes=9999-', 416, 'There is nothing there.\n', `bytes */${text.length}`],
    ['bytes=-0', 416, 'There is nothing there.\n', `bytes */${text.length}`],
    ['bytes=9-3', 200, text, null],
    ['bytes=0-1,4-5', 200, text, null],
    ['bytes=-1--1', 200, text, null],
    ['lines=0-3', 200, text, null],
  ]
  for (const [range, status, body, contentRange] of ranges)
    test(`asked for ${range}, it answers ${status}`, async () => {
      const answer = await get('/kit-linux-x64', { range })

      expect(await answer.text()).toBe(body)
      expect([answer.status, answer.headers.get('content-range')]).toEqual([status, contentRange])
    })

  test('what follows an interrupted download is of the same file, or all of it', async () => {
    const range = 'bytes=20-'
    const same = await get('/kit-linux-x64', { range, 'if-range': `"${sum}"` })
    const other = await get('/kit-linux-x64', { range, 'if-range': '"of yesterday"' })

    expect(await same.text()).toBe(text.slice(20))
    expect(await other.text()).toBe(text)
  })

  test('no range is ever outside of the file', () => {
    const size = 10
    for (const from of ['', '0', '5', '9', '10', '99999999999999999999'])
      for (const to of ['', '0', '5', '9', '10', '99999999999999999999']) {
        const range = rangeOf(`bytes=${from}-${to}`, size)
        if (typeof range === 'string') continue
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThan(range.start)
        expect(range.end).toBeLessThanOrEqual(size)
      }
  })

  test('that has changed since its sum was taken is not sent', async () => {
    appendFileSync(join(folder, 'kit-linux-x64'), 'and more')

    const answer = await get('/kit-linux-x64')

    expect(answer.status).toBe(503)
    expect(await answer.text()).toBe('kit-linux-x64 has changed since kit share began.\n')
  })

  test('in whose place a link was put is not sent', async () => {
    rmSync(join(folder, 'kit-linux-x64'))
    symlinkSync(join(parent, 'secret'), join(folder, 'kit-linux-x64'))

    expect((await get('/kit-linux-x64')).status).toBe(503)
  })
})

describe('Nothing else is served:', () => {
  const paths = [
    '/secret',
    '/../secret',
    '/..%2fsecret',
    '/%2e%2e/secret',
    '/%2e%2e%2fsecret',
    '/..%5csecret',
    '/..\\secret',
    '/kit-linux-x64/../../secret',
    '/kit-linux-x64/../secret',
    '/kit-linux-x64/',
    '/kit-linux-x64%00',
    '/kit-linux-x64%00.txt',
    '/./secret',
    '//secret',
    '/%2fetc/passwd',
    '/etc/passwd',
    '//etc/passwd',
    '/../../../../../../../../etc/passwd',
    '/....//....//etc/passwd',
    '/%252e%252e/secret',
    '/%c0%ae%c0%ae/secret',
    '/kit-darwin-x64',
    '/KIT-LINUX-X64',
    '/.',
    '/?/../secret',
    '/kit',
    '/SHA256SUMS/',
    '/proc/self/environ',
    'file:///etc/passwd',
    'http://127.0.0.1/secret',
    '*',
  ]
  for (const path of paths)
    test(`GET ${path}`, async () => {
      const answer = await rawGet(path, 'Range: bytes=0-3\r\n')

      expect(answer).not.toContain(secret.slice(0, 4))
      expect(answer).not.toContain('root:')
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
      // These two are the page, written in another way.
      const isPage = path === '/.' || path.startsWith('/?')
      expect([path, isPage ? ['200'] : ['404', '400', '421']]).toEqual([
        path,
        expect.arrayContaining([status]),
      ])
    })

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])
    test(`${method} is refused`, async () => {
      const host = server.url.host
      const answer = await raw(
        `${method} /kit-linux-x64 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      )

      expect(answer).toMatch(/^HTTP\/1\.1 (?:405|400|501)/)
      expect(answer).not.toContain(text)
    })

  test('a name that is not ours is not answered, wherever it leads', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nHost: kit.example\r\nConnection: close\r\n\r\n')

    expect(answer).toStartWith('HTTP/1.1 421')
  })
})

describe('What is offered', () => {
  test('is no file that differs from the sums of its build', async () => {
    writeFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  kit-linux-x64\n`)

    const error: unknown = await offersIn(folder).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({
      message: 'kit-linux-x64 is not the file that SHA256SUMS names. Copy or build it again.',
    })
  })

  test('is this very program where only that lies in the folder', async () => {
    const alone = join(parent, 'alone')
    mkdirSync(alone)
    writeFileSync(join(alone, 'kit'), text)

    const offers = await offersIn(alone, join(alone, 'kit'))

    expect(offers).toMatchObject([{ path: join(alone, 'kit'), sum, size: text.length }])
    expect(offers[0]?.target.name).toContain(process.arch)
  })
})

describe('Thirty at once', () => {
  const size = 120_000_000
  let large = ''
  beforeAll(() => {
    large = mkdtempSync(join(tmpdir(), 'share-large-'))
    // A hole of that length: it takes no place on the disk.
    writeFileSync(join(large, 'kit-linux-x64'), '')
    truncateSync(join(large, 'kit-linux-x64'), size)
  })
  afterAll(() => rmSync(large, { recursive: true }))

  test('fetch all of it, some slowly, and memory stays flat', async () => {
    const megabyte = 1_000_000
    const messages: { port?: number; memory?: number }[] = []
    await using process = Bun.spawn(
      ['bun', join(import.meta.dir, '../support/share-server.ts'), large],
      {
        ipc: (message: { port?: number; memory?: number }) => void messages.push(message),
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    const next = () => until('it tells', () => messages.shift(), 30_000)
    const { port } = await next()
    const memory = async () => {
      process.send('?')
      return (await next()).memory ?? Number.NaN
    }
    const before = await memory()
    let most = before
    let fetched = 0

    const fetchAll = async (visitor: number) => {
      const answer = await fetch(`http://127.0.0.1:${port}/kit-linux-x64`)
      let received = 0
      for await (const chunk of answer.body!) {
        received += chunk.length
        // One visitor in ten stops in the middle until all others have ended.
        if (visitor % 10 === 0 && received > size / 2)
          await until('the others have theirs', () => fetched >= 27, 60_000)
      }
      expect(received).toBe(size)
      fetched++
    }
    const watch = async () => {
      const isOver = () => fetched === 30
      while (!isOver()) most = Math.max(most, await memory())
    }
    await Promise.all([watch(), ...Array.from({ length: 30 }, (_, visitor) => fetchAll(visitor))])

    expect((most - before) / megabyte).toBeLessThan(60)
  }, 120_000)
})

describe('The command', () => {
  const share = (...args: string[]) => new Program(['lessons/kit/kit.ts', 'share', ...args])

  test('without a terminal it asks for --address, and lists those there are', async () => {
    const kit = share()

    expect(await kit.ended()).toBe(2)
    expect(kit.errors).toStartWith('There is no terminal to ask in, so --address says where.')
    expect(kit.errors).toMatch(/127\.0\.0\.1 \(lo\w*, this machine only\)\. Try: /)
  })

  const mistakes: [args: string[], sentence: string][] = [
    [['--address', '192.0.2.77'], '192.0.2.77 is not an address of this machine. It has '],
    [['--address', '0.0.0.0'], '0.0.0.0 is not an address of this machine. It has '],
    [['--address', '127.0.0.1', '--port', '99999'], 'Expected a port from 0 to 65535, got 99999.'],
    [['--adress', '127.0.0.1'], "Unknown option '--adress'. Did you mean --address?"],
  ]
  for (const [args, sentence] of mistakes)
    test(`a mistake is named: ${args.join(' ')}`, async () => {
      const kit = share(...args)

      expect(await kit.ended()).toBe(2)
      expect(kit.errors).toStartWith(sentence)
      expect(kit.errors).toContain(' Try: bun run kit share --')
    })

  test('a port that is taken is a sentence with another one', async () => {
    const { port = 0 } = server
    const said = spyOn(console, 'error').mockImplementation(() => {})

    expect(await shareAt('127.0.0.1', String(port), folder)).toBe(1)
    expect(said).toHaveBeenCalledWith(
      `Port ${port} of 127.0.0.1 is taken. Name another one, as in: --port ${port + 1}`,
    )
    said.mockRestore()
  })

  test('in a terminal one chooses from a numbered list; Ctrl-C stops it', async () => {
    // Lies where the command looks: beside a program that is called so.
    writeFileSync(
      join(folder, 'kit.ts'),
      `
      import { share } from '${join(import.meta.dir, '../../lessons/kit/share/share.ts')}'
      process.exit(await share(undefined, '${freePort()}', '${folder}'))`,
    )
    let screen = ''
    const terminal = new Bun.Terminal({
      cols: 100,
      rows: 40,
      data: (_, data) => void (screen += Buffer.from(data).toString()),
    })
    const kit = Bun.spawn([process.execPath, join(folder, 'kit.ts')], { terminal })

    await until('it asks', () => screen.includes('Number: '))
    terminal.write('99\r')
    await until('it asks again', () => screen.includes('Type a number from 1 to'))
    const [, number = ''] = /(\d+) {2}127\.0\.0\.1 /.exec(screen) ?? []
    terminal.write(`${number}\r`)
    const address = await until('it serves', () => /http:\/\/127\.0\.0\.1:\d+/.exec(screen)?.[0])
    expect(await (await fetch(`${address}/kit-linux-x64`)).text()).toBe(text)
    // A terminal of Bun signals nobody: what Ctrl-C sends is sent here.
    kit.kill('SIGINT')

    expect(await kit.exited).toBe(0)
    // A terminal shows what was printed a moment later, and maybe when the program has ended.
    await until('it says so', () => screen.includes('Nothing is shared any more.'))
    expect(screen).toContain('kit-linux-x64 to 127.0.0.1')
    terminal.close()
  })
})

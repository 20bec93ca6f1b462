import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { runnerOf } from '../../core'
import { app } from '../../lessons/04-workers/app'
import { bitmap, header, upload } from '../support/picture'
import { freePort, Program } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(30_000)

describe('while primes are counted', () => {
  let server: Program
  let address: string

  beforeAll(async () => {
    const port = freePort()
    address = `http://127.0.0.1:${port}`
    server = await new Program(['lessons/04-workers/app.tsx'], { PORT: String(port) }).says('Ready')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const press = async (button: string) =>
    (await fetch(`${address}/${button}`, { method: 'POST' })).text()
  /** The newest task as the page shows it: its call, its status, and why it failed. */
  const newest = async () => firstItem(await (await fetch(`${address}/tasks`)).text())

  test('on the event loop, nobody can be served, so that nobody sees it run', async () => {
    const seen = new Set<string | undefined>()
    expect(await press('here')).toContain('tasks.countPrimes(5000000)')

    await until('the task has succeeded', async () => {
      const { status } = await newest()
      seen.add(status)
      return status === 'succeeded'
    })

    expect(seen).not.toContain('running')
    await server.says('[background] countPrimes held the event loop for')
    expect(server.output).toContain('348513 primes up to 5000000')
  })

  test('on a worker, the server answers', async () => {
    expect(await press('workers')).toContain('pool.countPrimes(5000000)')

    await until('the task is seen to run', async () => (await newest()).status === 'running')

    expect(await (await fetch(`${address}/ping`)).text()).toBe('pong')
    expect((await newest()).status).toBe('running')
    await until('the task has succeeded', async () => (await newest()).status === 'succeeded')
  })

  test('a worker that crashes fails its own task, and the next press works', async () => {
    await press('crash')

    const crashed = await until('the task has failed', async () => {
      const task = await newest()
      return task.status === 'failed' && task
    })
    expect(crashed.call).toBe('pool.crash()')
    expect(crashed.reason).toBe('WorkerError: crash did not finish: its worker exited with code 3.')
    await server.says('crash failed:')
    await server.says('WorkerError: crash did not finish')

    await press('workers')
    await until('the next task has succeeded', async () => {
      const { call, status } = await newest()
      return call === 'pool.countPrimes(5000000)' && status === 'succeeded'
    })
  })
})

test('four tasks of one press run in order, and a visitor gets in between two, not into one', async () => {
  const port = freePort()
  const env = { PORT: String(port), PRIMES_UP_TO: '1500000' }
  await using server = await new Program(['lessons/04-workers/app.tsx'], env).says('Ready')
  const address = `http://127.0.0.1:${port}`
  const seen = new Set<string>()
  await fetch(`${address}/four`, { method: 'POST' })

  await until('all four have succeeded', async () => {
    const list = items(await (await fetch(`${address}/tasks`)).text())
    const calls = list.map((item) => firstItem(item).call)
    expect(calls).toEqual(Array.from({ length: 4 }, () => 'tasks.countPrimes(1500000)'))
    // The page shows the newest first.
    const statuses = list.map((item) => firstItem(item).status).toReversed()
    seen.add(statuses.join(' '))
    return statuses.every((status) => status === 'succeeded')
  })

  const inOrder = /^(succeeded ?)*(waiting ?)*$/
  expect([...seen].filter((statuses) => !inOrder.test(statuses))).toEqual([])
  expect([...seen].some((statuses) => /succeeded waiting/.test(statuses))).toBe(true)
  expect(server.output.match(/114155 primes/g)).toHaveLength(4)
})

describe('a picture', () => {
  test('is answered before its thumbnails are made', async () => {
    const answer = await send(new File([bitmap(600, 400)], 'sea.bmp'))

    expect(answer.status).toBe(200)
    expect(answer.headers.get('hx-trigger')).toBe('uploaded')
    expect(await answer.text()).toBe('')
    expect(firstItem(await text('/pictures')).all).toContain('0 %')
    await idle()
    expect(firstItem(await text('/pictures')).all).toContain('100 %')
  })

  test.each(['png', 'jpeg', 'webp'] as const)('may be a %s', async (format) => {
    const bytes = await new Bun.Image(bitmap(600, 400))[format]().blob()

    await send(new File([bytes], `sea.${format}`))
    await idle()

    const { all } = firstItem(await text('/pictures'))
    expect(all).toContain(`sea.${format}`)
    const sources = [...all.matchAll(/src="([^"]+)"/g)].map(([, source]) => source!)
    expect(sources).toHaveLength(4)
    for (const source of sources) {
      const thumbnail = await get(source)
      expect(thumbnail.headers.get('content-type')).toBe('image/webp')
      const { width, height } = await new Bun.Image(await thumbnail.arrayBuffer()).metadata()
      expect(width).toBe(Number(source.split('/').at(-1)))
      expect(height).toBeWithin(Math.floor((width * 2) / 3), Math.ceil((width * 2) / 3) + 1)
    }
  })

  test('is not made larger than it is', async () => {
    await send(new File([bitmap(10, 10)], 'tiny.bmp'))
    await idle()

    const [source] = /\/thumbnails\/\d+\/256/.exec(await text('/pictures')) ?? []
    const { width } = await new Bun.Image(await (await get(source!)).arrayBuffer()).metadata()
    expect(width).toBe(10)
  })

  test('that is damaged fails alone: the next one in the same form is made', async () => {
    const png = await new Bun.Image(bitmap(600, 400)).png().bytes()
    const damaged = new File([png.slice(0, 100)], 'half.png')

    const answer = await send(damaged, new File([bitmap(60, 40)], 'whole.bmp'))
    await idle()

    expect(answer.status).toBe(200)
    const [whole, half] = items(await text('/pictures'))
    expect(whole).toContain('whole.bmp')
    expect(whole).toContain('100 %')
    expect(half).toContain('half.png')
    expect(half).toContain('It is damaged: we cannot unpack it.')
  })
})

describe('an upload that cannot be used is answered with the reason', () => {
  const largest = 10_000_000
  const cases: [what: string, files: File[], reason: string][] = [
    ['no file at all', [], 'Choose one to ten pictures.'],
    ['a form without a choice', [new File([], '')], 'The file is empty.'],
    ['an empty file', [new File([], 'none.png')], 'none.png is empty.'],
    [
      'a text',
      [new File(['hello'], 'notes.png', { type: 'image/png' })],
      'We cannot read notes.png. We read JPEG, PNG, WebP, GIF and BMP.',
    ],
    [
      'a drawing, which may hold scripts',
      [new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'drawing.svg')],
      'We cannot read drawing.svg.',
    ],
    [
      'a file that is too large',
      [new File([new Uint8Array(largest + 1)], 'big.png')],
      'big.png is too large a file: we take up to 10 MB.',
    ],
    [
      'a small file that unpacks to a huge picture',
      [new File([header(30_000, 30_000)], 'bomb.bmp')],
      'bomb.bmp is too large a picture: we take up to 50 megapixels.',
    ],
    [
      'more than ten files',
      Array.from({ length: 11 }, () => new File([bitmap(1, 1)], 'one.bmp')),
      'Choose one to ten pictures.',
    ],
    [
      'a name that is markup',
      [new File(['x'], '<img src=x onerror=alert(1)>')],
      'We cannot read &lt;img src=x onerror=alert(1)&gt;.',
    ],
  ]
  for (const [what, files, reason] of cases)
    test(what, async () => {
      const answer = await send(...files)

      expect(answer.status).toBe(422)
      expect(answer.headers.get('content-type')).toStartWith('text/html')
      expect(await answer.text()).toStartWith(`<p class="problem">${reason}`)
    })

  test('something that is no form', async () => {
    const answer = await handle('/pictures', { method: 'POST', body: 'x' })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Choose one to ten pictures.')
  })

  test('the good ones beside it are taken', async () => {
    const answer = await send(new File(['x'], 'bad.png'), new File([bitmap(8, 8)], 'good.bmp'))

    expect(answer.status).toBe(422)
    expect(await answer.text()).not.toContain('good.bmp')
    expect(firstItem(await text('/pictures')).all).toContain('good.bmp')
    await idle()
  })
})

test.each(['/thumbnails/1/63', '/thumbnails/999999/64', '/thumbnails/x/y', '/thumbnails/1/..%2f'])(
  'a thumbnail that is not there is a page that says so: %s',
  async (path) => {
    const answer = await get(path)

    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('No such page')
  },
)

const handle = (path: string, init?: RequestInit) =>
  app.handle(new Request(`http://localhost${path}`, init))
const get = (path: string) => handle(path)
const text = async (path: string) => (await get(path)).text()
const send = (...files: File[]) => handle('/pictures', upload(...files))
const idle = () => runnerOf(app).idle()

function items(list: string): string[] {
  return list.match(/<li .*?<\/li>/gs) ?? []
}

function firstItem(list: string) {
  const all = items(list)[0] ?? ''
  const [, call, status, reason] =
    /<code>(.*?)<\/code><span class="status (\w+)">.*?<\/span><span>(.*?)<\/span>/s.exec(all) ?? []
  return { all, call, status, reason }
}

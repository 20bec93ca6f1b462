/** Lesson 6 over real ports: what tabs, sockets and receivers are told, whatever happens on the way. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { freePorts, Program } from '../support/program'
import { until } from '../support/until'
import { type Numbers, numbersIn, Tab } from './notify/tab'

setDefaultTimeout(60_000)

const env = { ...freePorts(), MAIL_TAKES: '0' }
const address = `http://127.0.0.1:${env.PORT}`
const inboxAddress = `http://127.0.0.1:${env.INBOX_PORT}`
const hook = `http://127.0.0.1:${env.RECEIVER_PORT}/hook`

let mail: Program
let app: Program

beforeAll(async () => {
  mail = await new Program(['lessons/06-notify/mail-catcher.tsx'], env).says('Ready')
  app = await new Program(['lessons/06-notify/app.tsx'], {
    ...env,
    WEBHOOK_PAUSE: '20',
    WEBHOOK_TIMEOUT: '300',
  }).says('Ready')
})
afterAll(async () => {
  app.signal('SIGKILL')
  await app[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

let mailings = 0

/** Addresses that no other test has: of nine, one is refused. */
function addresses(count: number): string[] {
  mailings++
  return Array.from(
    { length: count },
    (_, index) => `m${mailings}-${index}@${index % 9 === 4 ? 'bounce.test' : 'example.org'}`,
  )
}

/** Presses send. Resolves with the address of the mailing. */
async function send(lines: string[], at = address): Promise<string> {
  const body = new FormData()
  body.set('addresses', lines.join('\n'))
  const { status, url } = await fetch(`${at}/mailings`, { method: 'POST', body })
  expect(status).toBe(200)
  return url
}

const setPace = (milliseconds: number) =>
  fetch(`${inboxAddress}/pace?milliseconds=${milliseconds}`, { method: 'POST' })
const read = async (url: string) => (await fetch(url)).text()
/** What the addresses of the latest mailing have got. */
const counts = async () =>
  (await (await fetch(`${inboxAddress}/counts?begin=m${mailings}-`)).json()) as {
    mails: number
    addresses: number
    most: number
  }

describe('a mailing to 2,000', () => {
  test('ends with the same true numbers in two tabs and a socket, though all connections are cut', async () => {
    const mailing = await send(addresses(2_000))
    using first = new Tab(`${mailing}/events`)
    using second = new Tab(`${mailing}/events`)
    using socket = new Socket(mailing)
    for (const cut of [0.25, 0.5]) {
      await until(`${cut} of it is done`, () => first.progress >= cut)
      await fetch(`${address}/cut`, { method: 'POST' })
    }

    await Promise.all([first.over(), second.over(), socket.over()])

    const truth = { state: 'done', sent: 1_778, refused: 222, left: 0 }
    expect([first.last, second.last, socket.last]).toEqual([truth, truth, truth])
    for (const { connections, seen } of [first, second]) {
      expect(connections).toEqual([undefined, expect.any(String), expect.any(String)])
      // Nothing came twice, and nothing went back.
      expect(seen.every(({ id }, index) => index === 0 || id > seen[index - 1]!.id)).toBe(true)
    }
    expect(socket.connections).toBe(3)
    const { mails, addresses: known, most } = await counts()
    expect([mails, known, most]).toEqual([1_778, 1_778, 1])
  })

  test('takes no memory with it', async () => {
    const one = async () => {
      const mailing = await send(addresses(2_000))
      using first = new Tab(`${mailing}/events`)
      using _ = new Tab(`${mailing}/events`)
      await first.over()
    }
    await one()
    const before = memory()

    for (let more = 0; more < 3; more++) await one()

    expect(memory() - before).toBeLessThan(40_000_000)
  })
})

describe('a tab', () => {
  test('that comes in the middle sees how it stands, and then every change', async () => {
    await using _ = await pace(30)
    const mailing = await send(addresses(300))
    using first = new Tab(`${mailing}/events`)
    await until('half of it is done', () => first.progress > 0.5)

    using late = new Tab(`${mailing}/events`)
    await late.over()

    expect(late.seen[0]!.sent).toBeGreaterThan(100)
    expect(late.seen.map(({ id }) => id)).toEqual(consecutive(late.seen[0]!.id, late.seen.length))
    expect(late.last).toEqual({ state: 'done', sent: 267, refused: 33, left: 0 })
  })

  test('that was away for a moment is sent what it has missed, and nothing else', async () => {
    await using _ = await pace(10_000)
    const mailing = await send(addresses(40))
    using socket = new Socket(mailing)
    // Five changes that no mail makes: the first twenty are on their way for seconds.
    for (const command of ['pause', 'goOn', 'pause', 'goOn', 'pause']) {
      const { length } = socket.seen
      await until('the socket is open', () => length > 0 || socket.seen.length > 0)
      const shown = socket.seen.length
      socket.say(command)
      await until(`it shows ${command}`, () => socket.seen.length > shown)
    }

    using back = new Tab(`${mailing}/events`, { lastId: '2' })
    await until('it has caught up', () => back.seen.length === 3)

    expect(back.seen.map(({ id }) => id)).toEqual([3, 4, 5])
    socket.say('cancel')
  })

  test('with the number of a change that is long gone sees how it stands', async () => {
    await using _ = await pace(10_000)
    const mailing = await send(addresses(40))
    using socket = new Socket(mailing)
    await until('the socket is open', () => socket.seen.length > 0)
    for (let time = 0; time < 60; time++) for (const word of ['pause', 'goOn']) socket.say(word)
    await until('all is told', () => socket.seen.length > 120)

    using back = new Tab(`${mailing}/events`, { lastId: '7' })
    using foreign = new Tab(`${mailing}/events`, { lastId: 'x' })
    using future = new Tab(`${mailing}/events`, { lastId: '100000' })

    for (const tab of [back, foreign, future]) {
      await until('it sees something', () => tab.seen.length > 0)
      expect(tab.seen[0]!.id).toBeGreaterThanOrEqual(120)
    }
    socket.say('cancel')
  })

  test('that is sent changes only sees nothing after the end', async () => {
    const mailing = await send(addresses(20))
    using first = new Tab(`${mailing}/events`)
    await first.over()

    using late = new Tab(`${mailing}/changes`)
    await late.over()

    expect(late.seen).toEqual([])
  })

  test('that nobody opens keeps no mail from being sent', async () => {
    const mailing = await send(addresses(45))

    await until('it is done', async () => (await read(address)).includes('Done: 40 mails sent'))

    using visitor = new Tab(`${mailing}/events`)
    expect((await visitor.over()).last).toEqual({ state: 'done', sent: 40, refused: 5, left: 0 })
  })
})

describe('over a WebSocket', () => {
  test('a mailing that is cancelled at 40 % leaves 40 % sent, and says so', async () => {
    await using _ = await pace(15)
    const mailing = await send(addresses(2_000))
    using tab = new Tab(`${mailing}/events`)
    using socket = new Socket(mailing)

    await until('40 % are done', () => socket.progress >= 0.4)
    socket.say('cancel')
    await Promise.all([tab.over(), socket.over()])

    const { state, sent, refused, left } = tab.last!
    expect(tab.last).toEqual(socket.last)
    expect([state, sent + refused + left]).toEqual(['cancelled', 2_000])
    expect((sent + refused) / 2_000).toBeGreaterThanOrEqual(0.4)
    expect((sent + refused) / 2_000).toBeLessThan(0.46)
    expect((await counts()).mails).toBe(sent)
    const words = `Cancelled: ${sent} mails sent, ${refused} refused. They stay sent. ${left} do not go.`
    expect(tab.text).toContain(words)
    await app.says(words)
  })

  test('a mailing pauses between two mails, goes on, and sends to nobody twice', async () => {
    await using _ = await pace(10)
    const mailing = await send(addresses(400))
    using socket = new Socket(mailing)

    await until('some have gone', () => socket.progress > 0.2)
    socket.say('pause')
    await until('it is paused', () => socket.last?.state === 'paused')
    // What was on its way arrives: at most twenty.
    const { sent } = socket.last!
    await until('nothing is on its way', async () => {
      const { mails } = await counts()
      return mails === socket.last!.sent
    })
    expect(socket.last!.sent - sent).toBeLessThanOrEqual(20)
    socket.say('goOn')
    await socket.over()

    expect(socket.last).toEqual({ state: 'done', sent: 356, refused: 44, left: 0 })
    const { mails, most } = await counts()
    expect([mails, most]).toEqual([356, 1])
  })

  test('what nobody understands changes nothing, and is said', async () => {
    await using _ = await pace(10_000)
    const mailing = await send(addresses(20))
    using socket = new Socket(mailing)
    await until('it is open', () => socket.seen.length > 0)

    for (const message of ['{"do":"explode"}', 'pause', '{"do":"constructor"}', '[]'])
      socket.sendText(message)

    await until('all are answered', () => socket.answers.length === 4)
    expect(new Set(socket.answers)).toEqual(new Set(['We understand pause, goOn and cancel.']))
    expect(app.errors).toBe('')
    socket.say('cancel')
  })
})

describe('a webhook', () => {
  const register = async (mailing: string, url: string) => {
    const body = new URLSearchParams({ url })
    return (await fetch(`${mailing}/webhook`, { method: 'POST', body })).text()
  }

  test('comes once, with its signature, after the receiver was down', async () => {
    const lines = addresses(18)
    const mailing = await send(lines)
    expect(await register(mailing, hook)).toContain(`When it is over, we tell ${hook}`)
    expect(await register(mailing, hook)).toContain('It will be told already.')
    await app.says('webhook, attempt 2: Nobody answers.')

    await using receiver = await new Program(['lessons/06-notify/receiver.tsx'], env).says('Ready')
    await receiver.says('taken: Done: 16 mails sent, 2 refused.')

    await register(await send(addresses(9)), hook)
    await receiver.says('taken: Done: 8 mails sent, 1 refused.')
    expect(receiver.output.match(/taken:/g)).toHaveLength(2)
    expect(receiver.output).not.toContain('refused:')
  })

  test('has one id and a signature of its own in each attempt, until one is answered', async () => {
    const attempts: { id: string; body: string; isSigned: boolean; path: string }[] = []
    const answers = [
      () => new Response('no', { status: 500 }),
      () => Response.redirect('/elsewhere', 302),
      () => new Promise<Response>(() => {}), // it never answers
      () => new Response('', { status: 204 }),
    ]
    using _ = Bun.serve({
      hostname: '127.0.0.1',
      port: Number(env.RECEIVER_PORT),
      async fetch(request) {
        const body = await request.text()
        const id = request.headers.get('webhook-id') ?? ''
        const { pathname } = new URL(request.url)
        attempts.push({ id, body, isSigned: isSigned(request.headers, body), path: pathname })
        return answers[attempts.length - 1]!()
      },
    })
    const mailing = await send(addresses(9))

    await register(mailing, hook)
    await until('all answers are given', () => attempts.length === 4)
    // Another one comes to its end meanwhile: the first does not come again.
    using tab = new Tab(`${await send(addresses(200))}/events`)
    await tab.over()

    expect(attempts).toHaveLength(4)
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(1)
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1)
    expect(attempts.map(({ isSigned: is, path }) => [is, path])).toEqual(
      attempts.map(() => [true, '/hook']),
    )
    expect(JSON.parse(attempts[0]!.body)).toMatchObject({
      type: 'mailing.done',
      data: { sent: 8, refused: 1, left: 0 },
    })
  })

  test('is given up after six attempts, and the app is told', async () => {
    await register(await send(addresses(9)), hook)

    await app.says(`tell failed:`)

    expect(app.errors).toContain(`${hook}: Nobody answers.`)
    expect(app.output).toContain('webhook, attempt 5: Nobody answers.')
    expect(app.output).not.toContain('webhook, attempt 6')
  })

  test.each([
    ['http://10.1.2.3/', '10.1.2.3 is in a private network'],
    ['http://192.168.0.1:8080/x', '192.168.0.1 is in a private network'],
    ['http://169.254.169.254/latest/meta-data', '169.254.169.254 is on this link'],
    ['http://[::1]/', '::1 is this machine'],
    ['http://[::ffff:10.0.0.1]/', '::ffff:a00:1 is in a private network'],
    ['http://[fd00::1]/', 'fd00::1 is in a private network'],
    ['http://2130706433/', '127.0.0.1 is this machine'],
    ['http://0x7f.1/', '127.0.0.1 is this machine'],
    ['http://0/', '0.0.0.0 is this machine'],
    ['http://localhost/', '127.0.0.1 is this machine'],
    [`${address}/cut`, '127.0.0.1 is this machine'],
    [hook.replace('/hook', '/other'), '127.0.0.1 is this machine'],
    ['file:///etc/passwd', 'We take http and https'],
    ['http://ada:secret@example.org/', 'without a password'],
    ['http://nobody.invalid/', 'Nobody knows where nobody.invalid is.'],
    ['hello', 'That is no address.'],
  ])('does not go to %s', async (url, reason) => {
    const mailing = await send(addresses(2))

    expect(await register(mailing, url)).toContain(reason)
  })
})

describe('the receiver', () => {
  let receiver: Program
  beforeAll(async () => {
    receiver = await new Program(['lessons/06-notify/receiver.tsx'], env).says('Ready')
  })
  afterAll(() => receiver[Symbol.asyncDispose]())

  const body = JSON.stringify({ words: 'Done <b>well</b>.' })
  const now = () => Math.floor(Date.now() / 1000)
  const post = (headers: Record<string, string>, sent = body) =>
    fetch(hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: sent,
    })

  test('takes a message once, however often it comes', async () => {
    const first = await post(signed('msg_1', now(), body))
    const again = await post(signed('msg_1', now() + 1, body))

    expect([first.status, await first.text()]).toEqual([200, 'Taken.'])
    expect([again.status, await again.text()]).toEqual([409, 'Came again.'])
    using page = new Tab(hook.replace('/hook', '/got'), { comesBack: false })
    await until('the page shows it', () => page.text.includes('msg_1'))
    expect(page.text).toContain('Done &lt;b&gt;well&lt;/b&gt;.')
  })

  test.each([
    ['no headers', {}, body],
    ['another body', signed('msg_2', now(), body), `${body} `],
    ['another id', { ...signed('msg_2', now(), body), 'webhook-id': 'msg_3' }, body],
    [
      'another time',
      { ...signed('msg_2', now(), body), 'webhook-timestamp': `${now() + 1}` },
      body,
    ],
    ['half a signature', { ...signed('msg_2', now(), body), 'webhook-signature': 'v1,abc' }, body],
    ['another version', versioned(signed('msg_2', now(), body)), body],
  ])('refuses a signature that is not ours: %s', async (_, headers, sent) => {
    const answer = await post(headers, sent)

    expect([answer.status, await answer.text()]).toEqual([401, 'Its signature is not ours.'])
  })

  test('refuses what is too old, or from the future', async () => {
    for (const time of [now() - 400, now() + 400]) {
      const answer = await post(signed('msg_old', time, body))

      expect([answer.status, await answer.text()]).toEqual([401, 'It is too old.'])
    }
  })

  test('takes one of several signatures, as when a secret is replaced', async () => {
    const headers = signed('msg_4', now(), body)
    headers['webhook-signature'] = `v1,AAAA ${headers['webhook-signature']}`

    expect((await post(headers)).status).toBe(200)
  })
})

describe('what cannot be sent', () => {
  const form = async (lines: string, file?: string) => {
    const body = new FormData()
    body.set('addresses', lines)
    if (file !== undefined) body.set('file', new File([file], 'list.csv', { type: 'text/csv' }))
    const answer = await fetch(`${address}/mailings`, { method: 'POST', body, redirect: 'manual' })
    return { status: answer.status, page: await answer.text() }
  }

  test('is named with its line, and what was typed is kept', async () => {
    const { status, page } = await form('ada@example.org\n\n<b>eve</b>\r\nbob@example\n')

    expect(status).toBe(422)
    expect(page).toContain('Line 3 is no address: &lt;b&gt;eve&lt;/b&gt;')
    expect(page).toContain('Line 4 is no address: bob@example')
    expect(page).toContain('ada@example.org\r\n\r\n&lt;b&gt;eve&lt;/b&gt;')
    expect(page).not.toContain('<b>eve')
  })

  test.each([
    ['', 'There is no address.'],
    [' \n\t\n', 'There is no address.'],
    [
      Array.from({ length: 2_001 }, (_, n) => `a${n}@example.org`).join('\n'),
      '2001 addresses: we take up to 2000.',
    ],
    ['ada@example.org, eve@example.org', 'Line 1 is no address'],
    ['ada@example.org\u0000', 'Line 1 is no address'],
    ['x'.repeat(600_001), 'We take addresses, one a line, as text.'],
  ])('is said: %#', async (lines, sentence) => {
    const { status, page } = await form(lines)

    expect(status).toBe(422)
    expect(page).toContain(sentence)
  })

  test('a file counts before what is typed', async () => {
    const { status, page } = await form('ada@example.org', 'eve@example.org\nno address\n')

    expect(status).toBe(422)
    expect(page).toContain('Line 2 is no address: no address')
  })

  test('an address that is there twice gets one mail', async () => {
    const [one = ''] = addresses(1)
    using tab = new Tab(`${await send([one, one.toUpperCase(), ` ${one} `])}/events`)

    expect((await tab.over()).last).toMatchObject({ sent: 1, left: 0 })
    expect((await counts()).mails).toBe(1)
  })
})

describe('a server', () => {
  test('that has been started anew says what is lost, on the page and in the stream', async () => {
    const ports = freePorts()
    const at = `http://127.0.0.1:${ports.PORT}`
    const start = () =>
      new Program(['lessons/06-notify/app.tsx'], { ...env, PORT: ports.PORT }).says('Ready')
    await using _ = await pace(10_000)
    const before = await start()
    const mailing = await send(addresses(40), at)
    before.signal('SIGKILL')
    await before.ended()
    await using after = await start()

    const page = await fetch(mailing)
    using tab = new Tab(`${mailing}/events`)
    using socket = new Socket(mailing)

    expect(page.status).toBe(404)
    expect(await page.text()).toContain('This mailing is lost')
    expect((await tab.over()).text).toContain('This mailing is lost')
    await socket.over()
    expect(socket.answers[0]).toContain('This mailing is lost')
    expect(after.errors).toBe('')
  })

  test('without a mail server stops the mailing, says why, and the task has failed', async () => {
    const ports = freePorts()
    await using alone = await new Program(['lessons/06-notify/app.tsx'], ports).says('Ready')
    using tab = new Tab(`${await send(addresses(30), `http://127.0.0.1:${ports.PORT}`)}/events`)

    await tab.over()

    expect(tab.last).toEqual({ state: 'stopped', sent: 0, refused: 0, left: 30 })
    expect(tab.text).toContain(`No mail server answers on port ${ports.SMTP_PORT}.`)
    await alone.says('sendAll failed:')
  })

  test('with twenty mailings on their way takes no other', async () => {
    const ports = freePorts()
    await using busy = await new Program(['lessons/06-notify/app.tsx'], {
      ...env,
      PORT: ports.PORT,
    }).says('Ready')
    await using _ = await pace(10_000)
    const at = `http://127.0.0.1:${ports.PORT}`
    for (let number = 0; number < 20; number++) await send(addresses(1), at)

    const body = new FormData()
    body.set('addresses', 'ada@example.org')
    const answer = await fetch(`${at}/mailings`, { method: 'POST', body })

    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('Twenty mailings are on their way')
    busy.signal('SIGKILL')
  })
})

/** A mail server that takes its time, until the test is over. */
async function pace(milliseconds: number): Promise<AsyncDisposable> {
  await setPace(milliseconds)
  return { [Symbol.asyncDispose]: async () => void (await setPace(0)) }
}

/** A tab's WebSocket. It comes back when its connection breaks, and not when it is closed. */
class Socket implements Disposable {
  readonly seen: Numbers[] = []
  readonly answers: string[] = []
  connections = 0
  private isOver = false
  private hasLeft = false
  private socket!: WebSocket

  constructor(private readonly mailing: string) {
    this.open()
  }

  get last(): Numbers | undefined {
    return this.seen.at(-1)
  }

  get progress(): number {
    const { sent = 0, refused = 0, left = 1 } = this.last ?? {}
    return (sent + refused) / (sent + refused + left)
  }

  say(command: string): void {
    this.sendText(JSON.stringify({ do: command, headers: { 'HX-Request': 'true' } }))
  }

  sendText(message: string): void {
    this.socket.send(message)
  }

  async over(): Promise<void> {
    await until('the socket is closed', () => this.isOver)
  }

  [Symbol.dispose](): void {
    this.hasLeft = true
    this.socket.close()
  }

  private open(): void {
    this.connections++
    this.socket = new WebSocket(`${this.mailing.replace('http', 'ws')}/socket`)
    this.socket.addEventListener('message', ({ data }) => {
      const html = String(data)
      if (html.includes('<dl')) this.seen.push(numbersIn(html))
      else this.answers.push(html)
    })
    this.socket.addEventListener('close', ({ code }) => {
      if (code === 1000 || this.hasLeft) this.isOver = true
      else this.open()
    })
  }
}

/** Standard Webhooks, computed here a second time. */
function signatureOf(id: string, timestamp: string, body: string): string {
  const key = Buffer.from('bm90IGEgc2VjcmV0IGF0IGFsbA==', 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

function signed(id: string, time: number, body: string) {
  const timestamp = String(time)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(id, timestamp, body),
  }
}

function versioned(headers: ReturnType<typeof signed>) {
  return { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') }
}

function isSigned(headers: Headers, body: string): boolean {
  const [id = '', timestamp = ''] = ['webhook-id', 'webhook-timestamp'].map(
    (name) => headers.get(name) ?? '',
  )
  const isNow = Math.abs(Date.now() / 1000 - Number(timestamp)) < 60
  return isNow && headers.get('webhook-signature') === signatureOf(id, timestamp, body)
}

function consecutive(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index)
}

/** What the app holds, in bytes, where the system says so. */
function memory(): number {
  if (process.platform !== 'linux') return 0
  const status = readFileSync(`/proc/${app.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}

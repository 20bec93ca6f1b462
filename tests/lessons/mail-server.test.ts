/** What lesson 3's mail server survives: whatever one connection does, the others are served. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

import { createTransport } from 'nodemailer'

import { freePorts, Program } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(60_000)

const env = freePorts()
const megabyte = 1_000_000
let mail: Program

beforeAll(async () => {
  mail = await new Program(['lessons/03-ordered-tasks/mail-catcher.tsx'], env).says('Ready')
})
afterAll(() => mail[Symbol.asyncDispose]())

test('it says in its greeting how large a mail may be', async () => {
  const { socket, heard } = await greet()

  expect(heard()).toContain(`250 SIZE ${megabyte}`)
  socket.destroy()
})

test('a mail that says it is too large is refused before it is sent', async () => {
  const { socket, heard, says } = await greet()

  socket.write(`MAIL FROM:<a@example.org> SIZE=${megabyte + 1}\r\n`)

  await says('552 ')
  expect(heard()).not.toContain('354')
  socket.destroy()
})

test('a mail that is too large is refused with 552, the next one on the same connection is not', async () => {
  const { socket, says } = await begin('large@example.org')

  socket.write(`${'x'.repeat(997)}\r\n`.repeat(1_002))
  socket.write('.\r\n')

  await says('552 ')
  await mail.says('refused large@example.org: 552')
  await lines(socket, says, 'MAIL FROM:<a@example.org>', 'RCPT TO:<next@example.org>', 'DATA')
  socket.write('Subject: small\r\n\r\nhello\r\n.\r\n')
  await mail.says('caught a mail for next@example.org')
  expect(await inbox()).not.toContain('large@example.org')
  socket.destroy()
})

test('a mail just below the limit is kept, and the page shows how it begins', async () => {
  const letter = `${'y'.repeat(70)}\n`.repeat(13_700)
  await send('just@example.org', letter)

  await mail.says('caught a mail for just@example.org')
  expect(await inbox()).toContain('yyy\r\ny')
  expect((await inbox()).length).toBeLessThan(20_000)
})

test('a mail without an end is cut off, and costs no memory', async () => {
  const { socket } = await begin('endless@example.org')
  const before = memory()
  const chunk = `${'z'.repeat(998)}\r\n`.repeat(100)
  let sent = 0
  const closed = once(socket, 'close')
  const pump = () => {
    let isTaken = true
    while (isTaken && !socket.destroyed && sent < 300 * megabyte) {
      sent += chunk.length
      isTaken = socket.write(chunk)
    }
  }

  socket.on('drain', pump)
  pump()

  await mail.says('refused endless@example.org: 552')
  socket.destroy()
  await closed
  expect(sent).toBeLessThan(300 * megabyte)
  expect(memory() - before).toBeLessThan(60 * megabyte)
  await stillServes('after-endless@example.org')
})

test.each([
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ['half-closed', (socket: Socket) => socket.end()],
  ['closed', (socket: Socket) => socket.destroy()],
] as const)('a connection that is %s in the middle of a mail ends nothing', async (how, drop) => {
  const { socket } = await begin(`${how}@example.org`)
  socket.write('Subject: half\r\n\r\nonly half of')

  drop(socket)

  await mail.says(`refused ${how}@example.org: it is incomplete`)
  await stillServes(`after-${how}@example.org`)
  expect(await inbox()).not.toContain(`to ${how}@example.org`)
})

test.each(['greeting', 'command'])(
  'a connection that is reset after a %s ends nothing',
  async (after) => {
    const { socket } = await greet()
    if (after === 'command')
      socket.write('MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n')

    socket.resetAndDestroy()

    await stillServes(`after-${after}@example.org`)
  },
)

test('the newest hundred mails are kept', async () => {
  const { socket } = await greet()
  for (let number = 0; number < 101; number++)
    socket.write(
      `MAIL FROM:<a@example.org>\r\nRCPT TO:<n${number}@example.org>\r\nDATA\r\nSubject: one\r\n\r\nhello\r\n.\r\n`,
    )
  await mail.says('caught a mail for n100@example.org')

  const page = await inbox()
  expect(page.match(/<li /g)).toHaveLength(100)
  expect(page).toContain('to n100@example.org')
  expect(page).not.toContain('to n0@example.org')
  expect(mail.errors).toBe('')
  socket.destroy()
})

type Conversation = Awaited<ReturnType<typeof greet>>

/** A connection after EHLO, and what the server has said on it. */
async function greet() {
  const socket = connect(Number(env.SMTP_PORT), '127.0.0.1')
  let text = ''
  socket.on('data', (data) => (text += data.toString()))
  socket.on('error', () => {}) // the server may hang up, or we do
  /** Resolves when the server has said this, and forgets it. */
  const says = async (words: string) => {
    await until(`the mail server says ${words}`, () => text.includes(words))
    text = ''
  }
  await says('220 ')
  socket.write('EHLO test\r\n')
  await until('it has greeted', () => /^250 /m.test(text))
  return { socket, heard: () => text, says }
}

async function begin(to: string) {
  const conversation = await greet()
  const { socket, says } = conversation
  await lines(socket, says, 'MAIL FROM:<a@example.org>', `RCPT TO:<${to}>`, 'DATA')
  return conversation
}

async function lines(socket: Socket, says: Conversation['says'], ...commands: string[]) {
  for (const command of commands) {
    socket.write(`${command}\r\n`)
    await says(command === 'DATA' ? '354 ' : 'Accepted')
  }
}

async function stillServes(to: string): Promise<void> {
  await send(to, 'hello')
  await mail.says(`caught a mail for ${to}`)
  expect(mail.errors).toBe('')
}

async function send(to: string, letter: string): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: Number(env.SMTP_PORT),
    ignoreTLS: true,
  })
  await transport.sendMail({ from: 'a@example.org', to, subject: 'one', text: letter })
}

async function inbox(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${env.INBOX_PORT}/mails`)).text()
}

/** What the mail server holds, in bytes, where the system says so. */
function memory(): number {
  if (process.platform !== 'linux') return 0
  const status = readFileSync(`/proc/${mail.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { freePorts, Program } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(30_000)

const env = freePorts()
const appAddress = `http://127.0.0.1:${env.PORT}`
const inboxAddress = `http://127.0.0.1:${env.INBOX_PORT}`

let mail: Program
let app: Program

beforeAll(async () => {
  mail = await new Program(['lessons/03-ordered-tasks/mail-catcher.tsx'], env).says('Ready')
  app = await new Program(['lessons/03-ordered-tasks/app.tsx'], env).says('Ready')
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

describe('a signup', () => {
  test('is answered, then the visitor gets a mail, then the admin', async () => {
    const answer = await signUp('ada', 'ada@example.org')

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<h1>Signup successful!</h1>')
    expect(await fatesOf('ada', 'ada@example.org', 'succeeded')).toEqual(['succeeded', 'succeeded'])
    const inbox = await text(`${inboxAddress}/mails`)
    expect(inbox.indexOf('To: admin@workshop.test')).toBeGreaterThan(-1)
    expect(inbox.indexOf('To: ada@example.org')).toBeGreaterThan(
      inbox.indexOf('To: admin@workshop.test'), // the newest is on top
    )
  })

  test('with a refused address is a success for the visitor, and the admin hears nothing', async () => {
    const answer = await signUp('grace', 'grace@Bounce.test')

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<h1>Signup successful!</h1>')
    expect(await fatesOf('grace', 'grace@Bounce.test', 'skipped')).toEqual(['failed', 'skipped'])
    const tasks = await text(`${appAddress}/tasks`)
    expect(tasks).toContain('550 no such mailbox')
    expect(tasks).toContain('The task before it failed.')
    await app.says('sendWelcomeEmail failed:')
    expect(app.errors).toContain('550 no such mailbox')
    expect(app.errors).not.toContain('notifyAdmin')
    expect(await text(`${inboxAddress}/mails`)).not.toContain('grace')
  })

  test('shows markup in a name as text, on every page', async () => {
    const name = `<script>alert("x")</script>'`

    const answer = await (await signUp(name, 'mallory@example.org')).text()
    await fatesOf(Bun.escapeHTML(name), 'mallory@example.org', 'succeeded')

    for (const page of [
      answer,
      await text(`${appAddress}/tasks`),
      await text(`${inboxAddress}/mails`),
    ]) {
      expect(page).not.toContain('<script>alert')
      expect(page).toMatch(/&lt;script(>|&gt;)alert/)
    }
  })
})

describe('what cannot be used', () => {
  const unusable: [name: string, email: string][] = [
    ['', 'ada@example.org'],
    ['   ', 'ada@example.org'],
    ['a'.repeat(41), 'ada@example.org'],
    ['ada', ''],
    ['ada', 'ada'],
    ['ada', 'ada@example.org, eve@example.org'],
    ['ada', 'ada@example.org\r\nBcc: eve@example.org'],
    ['ada', '<script>alert(1)</script>@example.org'],
  ]
  for (const [name, email] of unusable)
    test(`is asked for again: ${JSON.stringify([name, email])}`, async () => {
      const answer = await signUp(name, email)

      expect(answer.status).toBe(422)
      expect(answer.headers.get('content-type')).toStartWith('text/html')
      const page = await answer.text()
      expect(page).toContain('We need a name and an email address.')
      expect(page).toContain('<form')
      expect(page).not.toContain('<script>alert')
      for (const typed of [name, email]) expect(page).toContain(`value="${Bun.escapeHTML(typed)}"`)
    })

  const broken: [what: string, path: string, init: RequestInit, status: number][] = [
    ['a page that does not exist', '/nowhere', {}, 404],
    ['the wrong method', '/tasks', { method: 'POST' }, 404],
    ['no body', '/signup', { method: 'POST' }, 422],
    [
      'half of a JSON text',
      '/signup',
      { method: 'POST', body: '{"a":', headers: { 'content-type': 'application/json' } },
      400,
    ],
    [
      'a multipart body without parts',
      '/signup',
      { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } },
      400,
    ],
  ]
  for (const [what, path, init, status] of broken)
    test(`is answered with a page: ${what}`, async () => {
      const answer = await fetch(appAddress + path, init)

      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toStartWith('text/html')
      expect(await answer.text()).toStartWith('<!doctype html><html lang="en">')
    })
})

test('the address of the answer, opened again, is the form', async () => {
  const answer = await fetch(`${appAddress}/signup`)

  expect(answer.status).toBe(200)
  const page = await answer.text()
  expect(page).toContain('<form')
  expect(page).not.toContain('We need a name')
  expect(page).toContain(`<a href="${inboxAddress}">To the inbox</a>`)
})

test('without the mail catcher, the page and the terminal name what is missing', async () => {
  const alone = freePorts()
  await using lonely = await new Program(['lessons/03-ordered-tasks/app.tsx'], alone).says('Ready')

  const body = new URLSearchParams({ username: 'ada', email: 'ada@example.org' })
  await fetch(`http://127.0.0.1:${alone.PORT}/signup`, { method: 'POST', body })

  await lonely.says(`ECONNREFUSED 127.0.0.1:${alone.SMTP_PORT}`)
  expect(await text(`http://127.0.0.1:${alone.PORT}/tasks`)).toContain(
    `No mail server answers on port ${alone.SMTP_PORT}.`,
  )
})

function signUp(username: string, email: string): Promise<Response> {
  return fetch(`${appAddress}/signup`, {
    method: 'POST',
    body: new URLSearchParams({ username, email }),
  })
}

/** What became of the two tasks of a signup, once the second has come to `status`. */
async function fatesOf(name: string, email: string, status: string): Promise<unknown[]> {
  return until(`the tasks of ${name} have ended`, async () => {
    const items = (await text(`${appAddress}/tasks`)).match(/<li .*?<\/li>/gs) ?? []
    const first = items.findIndex((item) => item.includes(email))
    const statuses = items
      .slice(first, first + 2)
      .map((item) => item.match(/class="status (\w+)"/)?.[1])
    return first >= 0 && statuses[1] === status && statuses
  })
}

async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

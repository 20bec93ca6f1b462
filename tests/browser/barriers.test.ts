/** Every page of every lesson, in every state that a learner brings it into, is there for everybody. */
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'

import type { Browser, Page } from 'playwright-core'

import { barriers } from '../support/axe'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { bitmap } from '../support/picture'
import { freePort, Program, startLesson } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(90_000)
const browserTest = test.skipIf(hasNoBrowser)
const quick = { POLL_EVERY: '300ms', SLOW_DELAY: '600', SLOW_PAUSE: '20', REDIS_URL: '' }

let browser: Browser
let page: Page
/** What is in the way, each with the state of the page. */
let found: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  if (hasNoBrowser) return
  await page?.context().close()
  page = await (await browser.newContext()).newPage()
  found = []
})

/** Notes what is in the way now, in every look. */
async function look(state: string): Promise<void> {
  for (const barrier of await barriers(page)) found.push(`${state}: ${barrier}`)
}

async function signUp(address: string, name: string, email: string): Promise<void> {
  await page.goto(address)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Sign up' }).click()
}

const press = (name: string) => page.getByRole('button', { name }).click()
const shows = (text: string) => page.getByText(text, { exact: true }).first().waitFor()

browserTest('what is in the way is found: in each look, in frames, and past the side', async () => {
  await page.setContent(`<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1>
    <style>@media (prefers-color-scheme: dark) { p { color: #eee; background: #fff } }</style>
    <p>White on white in the dark</p><button></button><div style="width: 500px">wide</div>
    <iframe title="inside" srcdoc="<html lang='en'><title>Inside</title><img src='data:,'>"></iframe>`)

  const all = await barriers(page)

  expect(
    all.filter((one) => one.includes('color-contrast')).map((one) => one.split(':')[0]),
  ).toEqual(['dark, 1280 px', 'dark, 400 px'])
  expect(all.filter((one) => one.includes('button-name'))).toHaveLength(4)
  expect(all.filter((one) => one.includes('image-alt'))).toHaveLength(4)
  expect(all.filter((one) => one.includes('px wide')).map((one) => one.split(':')[0])).toEqual([
    'light, 400 px',
    'dark, 400 px',
  ])
})

browserTest('lesson 1', async () => {
  await using lesson = await startLesson(1, quick)

  await page.goto(lesson.address)
  await look('the page')
  await page.goto(`${lesson.address}/nothing-here`)
  await look('404')

  expect(found).toEqual([])
  lesson.signal('SIGKILL') // asked to stop, it would count to the end
})

browserTest('lesson 2', async () => {
  const slow = { ...quick, SLOW_DELAY: '8000' }
  await using lesson = await startLesson(2, slow)
  await page.goto(lesson.address)
  await look('before')

  await page.getByRole('button').click()
  await shows('waiting')
  await look('while it waits')
  await shows('done')
  await look('done')
  lesson.signal('SIGKILL')
  await page.getByRole('alert').waitFor()
  await look('the server is gone')

  expect(found).toEqual([])
})

browserTest('lesson 2 without its service', async () => {
  const port = freePort()
  const env = { ...quick, PORT: String(port), SLOW_PORT: String(freePort()) }
  await using _ = await new Program(['lessons/02-slow-api/app.tsx'], env).says('Ready')
  await page.goto(`http://127.0.0.1:${port}`)

  await page.getByRole('button').click()
  await shows('failed')
  await look('failed')

  expect(found).toEqual([])
})

browserTest('lesson 3', async () => {
  await using lesson = await startLesson(3, quick)
  await page.goto(lesson.address)
  await look('the form')
  await page.goto(lesson.inbox)
  await look('the inbox, empty')

  await signUp(lesson.address, '   ', 'ada@example.org')
  await shows('We need a name and an email address.')
  await look('422, what was typed is kept')
  await signUp(lesson.address, 'ada', 'ada@example.org')
  await page.getByText('succeeded').nth(1).waitFor()
  await look('succeeded')
  await signUp(lesson.address, 'ada', 'ada@bounce.test')
  await shows('skipped')
  await look('failed and skipped')
  await page.goto(lesson.address)
  await look('the form, with tasks')
  await page.goto(lesson.inbox)
  await page.getByText('Headers').first().click()
  await look('the inbox, headers open')
  await page.goto(`${lesson.address}/nothing-here`)
  await look('404')

  expect(found).toEqual([])
})

browserTest('lesson 4', async () => {
  await using lesson = await startLesson(4, { ...quick, PRIMES_UP_TO: '200000' })
  await page.goto(lesson.address)
  await look('before')

  await press('On the event loop')
  await press('On workers')
  await press('Crash a worker')
  await shows('failed')
  await look('succeeded and failed')
  await page.getByLabel('Pictures').setInputFiles([
    { name: 'sea.bmp', mimeType: 'image/bmp', buffer: Buffer.from(bitmap(900, 600)) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
  ])
  await press('Make thumbnails')
  await page.getByText('We cannot read notes.txt.').waitFor()
  await shows('100 %')
  await look('thumbnails, and a file that is none')

  expect(found).toEqual([])
})

browserTest('lesson 4 while it computes', async () => {
  await using lesson = await startLesson(4, { ...quick, PRIMES_UP_TO: '60000000' })
  await page.goto(lesson.address)

  await press('On workers')
  await press('On workers')
  await shows('running')
  await look('running')

  expect(found).toEqual([])
  lesson.signal('SIGKILL')
})

browserTest('lesson 5', async () => {
  await using lesson = await startLesson(5, { ...quick, MAIL_TAKES: '1500' })
  await page.goto(lesson.address)
  await look('before')

  await press('Add 50 signups')
  await shows('running')
  await look('waiting, running and done')
  await press('Kill the program with -9')
  const lost = page.getByRole('row', { name: 'note' }).locator('td.problem')
  await lost.waitFor()
  await look('notes are lost')
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Email').fill('ada@localhost')
  await press('Sign up')
  await shows('We need a name and an email address.')
  await look('422')
  await press('Add a job that fails')
  await until(
    'there is a dead letter',
    () => page.getByRole('button', { name: 'Retry' }).isVisible(),
    60_000,
  )
  await look('a dead letter')
  await page.goto(`${lesson.address}/nothing-here`)
  await look('404')

  expect(found).toEqual([])
  lesson.signal('SIGKILL')
})

browserTest('lesson 6', async () => {
  await using lesson = await startLesson(6, { ...quick, MAIL_TAKES: '300' })
  const receiver = `http://127.0.0.1:${lesson.ports.RECEIVER_PORT}`
  await page.goto(lesson.address)
  await look('the form')
  await page.getByLabel('Addresses').fill('no address')
  await press('Send')
  await page.getByText('Line 1 is no address').waitFor()
  await look('422, with the line')
  await page.goto(lesson.inbox)
  await look('the inbox, empty')
  await page.goto(receiver)
  await shows('Nothing yet.')
  await look('the receiver, which has got nothing')

  await page.goto(lesson.address)
  await press('Send')
  await page.waitForURL(/mailings/)
  for (const way of ['WebSocket', 'Webhook', 'Pop-up']) await page.getByLabel(way).check()
  await press('Pause')
  await press('Tell this address')
  await page.getByText('When it is over, we tell').waitFor()
  await look('paused, told in four ways')
  await press('Go on')
  await page.getByRole('alert').getByText('Done: ').waitFor()
  await look('done, with a toast')
  await page.goto(receiver)
  await shows('taken')
  await fetch(`${receiver}/hook`, { method: 'POST' })
  await shows('refused')
  await look('the receiver')
  await page.goto(lesson.inbox)
  await look('the inbox')
  await page.goto(lesson.address)
  await look('the form, with a mailing')
  await page.goto(`${lesson.address}/mailings/lost`)
  await look('404')

  expect(found).toEqual([])
})

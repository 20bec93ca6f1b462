/** Lesson 6 as its visitors see it: two tabs, cut connections, and a browser that may notify or may not. */
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'

import type { Browser, BrowserContext, Page } from 'playwright-core'

import { hasNoBrowser, openBrowser } from '../support/browser'
import { startLesson } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)

let browser: Browser
let context: BrowserContext
let page: Page
/** What must stay empty: messages on the browser's console. */
let complaints: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  if (hasNoBrowser) return
  await context?.close()
  context = await browser.newContext()
  complaints = []
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  page = await context.newPage()
})

/** Presses send. The page is the one of the mailing then. */
async function send(address: string, count: number): Promise<string> {
  const lines = Array.from(
    { length: count },
    (_, index) => `v${index}@${index % 9 === 4 ? 'bounce.test' : 'example.org'}`,
  )
  await page.goto(address)
  await page.getByLabel('Addresses').fill(lines.join('\n'))
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL(/\/mailings\//)
  return page.url()
}

async function openTab(address: string): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(address)
  return tab
}

/** The numbers that a tab shows: those of the events, or those of the socket. */
async function numbers(tab: Page, way: 'events' | 'socket' = 'events') {
  const panel = tab.locator(`#${way}-panel`)
  const [sent, refused, left] = await panel.locator('dd').allTextContents()
  const progress = panel.locator('progress')
  const position = (await progress.count())
    ? await progress.evaluate((bar) => (bar as HTMLProgressElement).position)
    : 0
  return { sent: Number(sent), refused: Number(refused), left: Number(left), position }
}

const shows = (tab: Page, way: string, words: string) =>
  tab.locator(`#${way}-panel`).getByText(words, { exact: true }).waitFor()

browserTest(
  'two tabs end with the same true numbers, though their connections are cut',
  async () => {
    // Four seconds: a connection is back half a second after a cut.
    await using lesson = await startLesson(6, { MAIL_TAKES: '80' })
    const mailing = await send(lesson.address, 1_000)
    const second = await openTab(mailing)
    await second.getByLabel('WebSocket').check()
    await shows(second, 'socket', 'sending')

    await until('a third is done', async () => (await numbers(page)).position > 0.3)
    const before = await numbers(second)
    await fetch(`${lesson.address}/cut`, { method: 'POST' })
    await page.getByText(/^Connected again, after change \d+\.$/).waitFor()

    for (const tab of [page, second]) await shows(tab, 'events', 'done')
    await shows(second, 'socket', 'done')
    const truth = { sent: 889, refused: 111, left: 0, position: 1 }
    expect(before.left).toBeGreaterThan(0)
    expect([await numbers(page), await numbers(second), await numbers(second, 'socket')]).toEqual([
      truth,
      truth,
      truth,
    ])
    await page.goto(lesson.inbox)
    await page.getByText('889 mails for 889 addresses. None has got more than 1.').waitFor()
    expect(complaints).toEqual([])
  },
)

browserTest(
  'a second tab with changes only stays empty; with the state first it is not',
  async () => {
    await using lesson = await startLesson(6, { MAIL_TAKES: '60' })
    await send(lesson.address, 300)
    await page.getByLabel('WebSocket').check()
    await until('some have gone', async () => (await numbers(page)).position > 0.1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await shows(page, 'events', 'paused')
    const opened = async (name: string) => {
      const tab = context.waitForEvent('page')
      await page.getByRole('link', { name }).click()
      return tab
    }

    const changes = await opened('changes only')
    const state = await opened('The state first')
    await shows(state, 'events', 'paused')
    // Twenty mails were on their way: while they arrive, there are changes.
    await until('a tab with changes only is empty', async () => {
      await changes.reload()
      await changes.getByText('Connected.').waitFor()
      return (await changes.locator('#events-panel dd').count()) === 0
    })
    await shows(state, 'events', 'paused')

    await page.getByRole('button', { name: 'Go on' }).click()
    for (const tab of [page, changes, state]) await shows(tab, 'events', 'done')
    await changes.reload()
    await changes.getByText('Over: the connection is closed.').waitFor()
    expect(await changes.locator('#events-panel dd').count()).toBe(0)
    await state.reload()
    await shows(state, 'events', 'Done: 267 mails sent, 33 refused.')
    expect(complaints).toEqual([])
    lesson.signal('SIGKILL')
  },
)

browserTest('a visitor cancels, and is told what was sent', async () => {
  await using lesson = await startLesson(6, { MAIL_TAKES: '100' })
  await send(lesson.address, 1_000)
  await page.getByLabel('WebSocket').check()
  await until('some have gone', async () => (await numbers(page, 'socket')).position > 0.05)

  await page.getByRole('button', { name: 'Cancel' }).click()

  await shows(page, 'events', 'cancelled')
  const { sent, refused, left } = await numbers(page)
  expect(sent + refused + left).toBe(1_000)
  expect(left).toBeGreaterThan(0)
  const words = `Cancelled: ${sent} mails sent, ${refused} refused. They stay sent. ${left} do not go.`
  await shows(page, 'socket', words)
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
  expect(complaints).toEqual([])
})

browserTest('a box that is switched off closes its connection', async () => {
  await using lesson = await startLesson(6, { MAIL_TAKES: '2000' })
  const socket = page.waitForEvent('websocket')
  await send(lesson.address, 300)
  await page.getByLabel('WebSocket').check()
  const events = page.waitForEvent('requestfailed', (one) => one.url().endsWith('/events'))

  await page.getByLabel('Server-sent events').uncheck()
  await events
  await page.getByLabel('WebSocket').uncheck()
  await until('it is closed', async () => (await socket).isClosed())

  expect(await page.getByText('Off.').count()).toBe(3)
  await page.getByLabel('Server-sent events').check()
  await shows(page, 'events', 'sending')
  expect(complaints).toEqual([])
  lesson.signal('SIGKILL')
})

browserTest('a webhook is asked for on the page, and shown where it arrives', async () => {
  await using lesson = await startLesson(6, { MAIL_TAKES: '150' })
  const mailing = await send(lesson.address, 100)
  await page.getByLabel('Webhook').check()
  await page.getByLabel('Address', { exact: true }).fill('http://10.0.0.1/')
  await page.getByRole('button', { name: 'Tell this address' }).click()
  await page.getByText('Refused: 10.0.0.1 is in a private network.').waitFor()
  await page
    .getByLabel('Address', { exact: true })
    .fill(`http://127.0.0.1:${lesson.ports.RECEIVER_PORT}/hook`)
  await page.getByRole('button', { name: 'Tell this address' }).click()
  await page.getByText(/^When it is over, we tell http/).waitFor()

  await page.getByRole('link', { name: 'What the receiver got' }).click()

  await page.getByText('Done: 89 mails sent, 11 refused.').waitFor()
  expect(await page.locator('li').count()).toBe(1)
  await page.goto(mailing)
  await shows(page, 'events', 'done')
  expect(complaints).toEqual([])
})

/** Keeps what the page notifies of, beside the browser's own. */
async function watchNotifications(): Promise<void> {
  await context.addInitScript(() => {
    const kept: string[] = []
    const Theirs = Notification
    Object.assign(globalThis, {
      kept,
      Notification: class extends Theirs {
        constructor(title: string, options: NotificationOptions = {}) {
          super(title, options)
          kept.push(`${title}: ${options.body}`)
        }
      },
    })
  })
}

const notifications = () => page.evaluate(() => (globalThis as unknown as { kept: string[] }).kept)

for (const isAllowed of [true, false])
  browserTest(
    `a visitor who ${isAllowed ? 'allows' : 'denies'} notifications has a toast${isAllowed ? ' and a notification' : ' only'}`,
    async () => {
      await using lesson = await startLesson(6, { MAIL_TAKES: '150' })
      if (isAllowed) await context.grantPermissions(['notifications'], { origin: lesson.address })
      await watchNotifications()
      await send(lesson.address, 100)
      await page.getByLabel('Server-sent events').uncheck()

      await page.getByLabel('Pop-up').check()
      const said = isAllowed ? /^Allowed: / : /^Not allowed: /
      await page.getByText(said).waitFor()
      await fetch(`${lesson.address}/cut`, { method: 'POST' }) // it comes back by itself
      const other = await openTab('about:blank') // and the tab is in the background
      await other.bringToFront()

      const words = 'Done: 89 mails sent, 11 refused.'
      await page.getByRole('alert').getByText(words).waitFor()
      expect(await notifications()).toEqual(isAllowed ? [`Your mailing: ${words}`] : [])
      await page.bringToFront()
      await page.getByRole('button', { name: 'Close' }).click()
      expect(await page.locator('#toast').isVisible()).toBe(false)
      expect(complaints).toEqual([])
    },
  )

browserTest('a server that is started anew is missed, and then says what is lost', async () => {
  await using lesson = await startLesson(6, { MAIL_TAKES: '5000' })
  await send(lesson.address, 100)
  await shows(page, 'events', 'sending')
  // The guide has the button. Here its process is killed, which ends the lesson.
  lesson.signal('SIGKILL')
  await page.getByText('The server does not answer').waitFor()

  await using again = await startLesson(6, lesson.ports)

  await page.getByText('This mailing is lost').waitFor()
  expect(await page.getByText('The server does not answer').isVisible()).toBe(false)
  again.signal('SIGKILL')
})

browserTest('a list that is too long or has a bad line is shown again as it was', async () => {
  await using lesson = await startLesson(6)
  await page.goto(lesson.address)
  await page.getByLabel('Addresses').fill('ada@example.org\nno address')

  await page.getByRole('button', { name: 'Send' }).click()

  await page.getByText('Line 2 is no address: no address').waitFor()
  expect(await page.getByLabel('Addresses').inputValue()).toBe('ada@example.org\nno address')
  await page.getByLabel('Or a file of them').setInputFiles({
    name: 'list.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('ada@example.org\neve@example.org\n'),
  })
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('2 addresses, 20 at a time.').waitFor()
  lesson.signal('SIGKILL')
})

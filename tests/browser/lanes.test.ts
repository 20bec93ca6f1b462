/** The lanes in a real Chromium: what the layout has reckoned is what a reader sees. */
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { LanesPage } from '../kit/lanes/page'
import { stories } from '../kit/lanes/scenes'
import { hasNoBrowser, openBrowser } from '../support/browser'

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)

let browser: Browser
let page: Page
let server: LanesPage
/** Messages on the browser's console, a broken content security policy among them: there must be none. */
let complaints: string[]

beforeAll(async () => {
  if (hasNoBrowser) return
  server = new LanesPage()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  complaints = []
})

browserTest.each([
  ['wide', { viewport: { width: 1280, height: 900 } }, ''],
  ['narrow', { viewport: { width: 400, height: 800 } }, ''],
  ['for a projector', { viewport: { width: 1920, height: 1080 } }, '&present'],
] as const)(
  '%s: no two labels overlap, and the page holds few elements',
  async (_name, size, more) => {
    await using _ = await open('one request of 1 ms', size)
    for (const [index, story] of stories.entries()) {
      const { title } = story
      await visit(`?scene=${index}${more}`, story.scene().requests.length > 0)

      expect(await page.evaluate(overlapping), title).toEqual([])
      expect(await page.locator('#lanes *').count(), title).toBeLessThan(1_000)
    }
    expect(complaints).toEqual([])
  },
)

browserTest('names are text, whatever they are', async () => {
  await using _ = await open('hostile names')

  expect(await page.locator('.plot text').allTextContents()).toContainEqual(
    expect.stringContaining('<script>alert(1)</script>'),
  )
  expect(await page.locator('#lanes script').count()).toBe(0)
  await page.keyboard.press('Tab')
  await page.locator('.plot').press('ArrowRight')
  await page.locator('.plot').press('ArrowDown')
  await page.locator('.details').getByText('Error').waitFor()
  await page.getByRole('button', { name: 'As text' }).click()
  await page.locator('.as-text', { hasText: '<script>alert(1)</script>' }).waitFor()
  expect(await page.locator('#lanes script').count()).toBe(0)
  expect(complaints).toEqual([])
})

browserTest(
  'the keys lead from request to request and to its tasks; what has focus is told',
  async () => {
    await using _ = await open('a good run and a failed one')
    await page.evaluate(() => {
      addEventListener(
        'lanes:place',
        (event) => (document.title = JSON.stringify((event as CustomEvent).detail)),
        true,
      )
    })
    const plot = page.locator('.plot')
    const title = page.locator('.details h3')

    await plot.press('ArrowRight')
    expect(await title.textContent()).toBe('POST /signup')
    await plot.press('ArrowDown')
    expect(await title.textContent()).toBe('sendWelcomeEmail ✗ failed')
    expect(await page.locator('.details dd').allTextContents()).toContain(
      'notifyAdmin never started',
    )
    expect(await page.title()).toBe(
      '{"file":"lessons/03-ordered-tasks/app.tsx","line":30,"own":"sendWelcomeEmail"}',
    )
    const active = await plot.getAttribute('aria-activedescendant')
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-label')).toBe(
      'task sendWelcomeEmail failed ✗ 300 ms 550 no such mailbox',
    )
    await plot.press('ArrowLeft')
    await plot.press('ArrowDown')
    expect(await title.textContent()).toBe('sendWelcomeEmail ✓ succeeded')
    await plot.press('End')
    await plot.press('Enter')
    await page.getByRole('button', { name: 'Fit request', pressed: true }).waitFor()
    await page.getByRole('button', { name: 'As text' }).click()
    await page.locator('.as-text').waitFor()
    const one = await page.locator('.as-text').textContent()
    expect(one!.match(/^request/gm)).toHaveLength(1)
    await page.getByRole('button', { name: 'As text' }).click()
    await plot.waitFor()
    await plot.press('Escape')
    await page.getByRole('button', { name: 'Fit request', pressed: false }).waitFor()
    await page.getByRole('button', { name: 'Follow', pressed: false }).click()
    await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor()
    expect(complaints).toEqual([])
  },
)

browserTest('a request that has left the view comes back when it gets focus', async () => {
  await using _ = await open('folds')
  const plot = page.locator('.plot')

  await plot.press('ArrowRight')
  await plot.press('Home')

  await page.locator('.plot .ring').waitFor()
  expect(await page.locator('.plot .ring').count()).toBe(1)
  const box = await page.locator('.plot .ring').boundingBox()
  expect(box!.x).toBeGreaterThan(130)
})

browserTest('pause stops the picture, zoom is by steps', async () => {
  await using _ = await open('all there is')
  const plot = page.locator('.plot')

  await plot.press(' ')
  await page.getByRole('button', { name: 'Pause', pressed: true }).waitFor()
  const before = await plot.innerHTML()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)))
  expect(await plot.innerHTML()).toBe(before)
  await page.locator('output', { hasText: '5 s wide' }).waitFor()
  await plot.press('-')
  await page.locator('output', { hasText: '10 s wide' }).waitFor()
  await plot.press('+')
  await page.locator('output', { hasText: '5 s wide' }).waitFor()
})

browserTest.each([1280, 1000])(
  'at %d px, the lanes stay as tall as they are when something is pointed at, so that it stays there',
  async (width) => {
    await using _ = await open('a good run and a failed one', { viewport: { width, height: 900 } })
    const task = page.locator('[aria-label^="task sendWelcomeEmail failed"]')
    await page.locator('.plot text', { hasText: /idle \d+ s/ }).waitFor()
    const height = () => page.locator('#lanes').evaluate((lanes) => lanes.clientHeight)
    const before = await height()

    await task.hover()
    await page.locator('.details h3', { hasText: 'sendWelcomeEmail' }).waitFor()

    expect(await height()).toBe(before)
    expect(await page.locator('.details').getByText('550 no such mailbox').isVisible()).toBe(true)
  },
)

browserTest('as text, the newest is in sight, and stays so', async () => {
  await using _ = await open('folds')
  const text = page.locator('.as-text')
  const rest = () => text.evaluate((pre) => pre.scrollHeight - pre.scrollTop - pre.clientHeight)

  await page.getByRole('button', { name: 'As text' }).click()
  await text.waitFor()
  expect(await text.evaluate((pre) => pre.scrollTop)).toBeGreaterThan(0)
  expect(await rest()).toBeLessThan(30)

  const at = await page.evaluate(() => Date.now())
  server.tell([{ n: 1_001, process: 'app', type: 'flag', at, text: 'mail server down' }])
  await text.getByText('mail server down').waitFor()
  expect(await rest()).toBeLessThan(30)
})

browserTest('an address, or another part of the page, leads to a request', async () => {
  await using _ = await open('folds', undefined, `?scene=${indexOf('folds')}#request-app-0-4`)

  await page.locator('.details').getByText('1 of').or(page.locator('.details h3')).first().waitFor()
  expect(await page.locator('.plot .ring').count()).toBe(1)
  const key = await page.locator('.plot .ring').locator('..').getAttribute('data-key')
  expect(key).toBe('app-0-4')

  await page.evaluate(() => {
    const tell = (name: string, detail: unknown) =>
      document.dispatchEvent(new CustomEvent(name, { detail }))
    tell('lanes:proofs', [{ request: 'app-0-1' }, { request: 'app-0-4', task: 6 }])
    tell('lanes:show', { proof: 2 })
  })
  await page.locator('.details h3', { hasText: 'notifyAdmin' }).waitFor()
  expect(await page.locator('.discs text').allTextContents()).toContain('2')
})

browserTest('the picture can be saved: its colours and patterns are in it', async () => {
  await using _ = await open('all there is')

  const svg = await saved('Save as SVG')

  expect(svg).toContain('id="lanes-failed"')
  expect(svg).toContain('url(#lanes-failed)')
  expect(svg).toContain('sendWelcomeEmail')
  expect(svg).not.toMatch(/var\(|light-dark|class=/)
  const widths = () =>
    page
      .locator('svg text', { hasText: 'never started' })
      .evaluateAll((texts) =>
        texts.map((text) => Math.round((text as SVGTextElement).getComputedTextLength())),
      )
  const shown = await widths()
  await page.setContent(svg)
  expect(await widths()).toEqual(shown)
  expect(complaints).toEqual([])
})

browserTest(
  'of the request view one request is saved: that with focus, or the newest',
  async () => {
    await using _ = await open('a good run and a failed one')
    const plot = page.locator('.plot')
    /** How many requests, and tasks that never started. */
    const counts = (text: string) =>
      ['>POST /signup<', '>never started<'].map((words) => text.split(words).length - 1)

    await plot.press('Enter')
    await plot.locator('text', { hasText: 'POST /signup' }).nth(1).waitFor()
    const newest = await saved('Save as SVG')
    await plot.press('End')
    await plot.press('Home')
    const first = await saved('Save as SVG')

    expect(counts(newest)).toEqual([1, 1])
    expect(counts(first)).toEqual([1, 0])
    await page.setViewportSize({ width: 400, height: 800 })
    await page.locator('.card').nth(1).waitFor()
    expect(counts(await saved('Save SVG'))).toEqual([1, 0])
    expect(await page.locator('.card').count()).toBe(2)
    expect(complaints).toEqual([])
  },
)

browserTest('the end of a task is said', async () => {
  await using _ = await open('nothing but a start')
  const at = await page.evaluate(() => Date.now())
  const task = { process: 'app', type: 'task', id: 91, name: 'sendWelcomeEmail' } as const
  const request = { process: 'app', type: 'request', id: 90 } as const

  server.tell([
    { n: 101, ...request, at, status: 'arrived', method: 'POST', path: '/signup' },
    { n: 102, ...task, at, status: 'waiting', request: 90 },
    { n: 103, ...request, at: at + 4, status: 'sent' },
    { n: 104, ...task, at: at + 4, status: 'running' },
    { n: 105, ...task, at: at + 304, status: 'failed', error: '550' },
  ])

  await page.getByRole('status').getByText('sendWelcomeEmail failed after 300 ms').waitFor()
  await page.locator('.plot text', { hasText: '✗ 300 ms' }).waitFor()
})

browserTest('a lost connection is said, and all that was there stays', async () => {
  const lost = new LanesPage()
  await using _ = await open('a good run and a failed one', undefined, undefined, lost)

  await lost[Symbol.asyncDispose]()

  await page.locator('.plot text', { hasText: /not connected since \d+ s/ }).waitFor()
  await page.locator('.plot text', { hasText: '550 no such mailbox' }).waitFor()
})

/** What the button saves, as text. */
async function saved(button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return Bun.file(await download.path()).text()
}

function indexOf(title: string): number {
  return stories.findIndex((story) => story.title === title)
}

async function open(
  title: string,
  options: BrowserContextOptions = { viewport: { width: 1280, height: 900 } },
  query = `?scene=${indexOf(title)}`,
  from = server,
) {
  const context = await browser.newContext(options)
  page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
  await visit(query, true, from)
  return { [Symbol.asyncDispose]: () => context.close() }
}

async function visit(query: string, hasRequests: boolean, from = server): Promise<void> {
  await page.goto(`${from.url}${query}`)
  const drawn = page.locator('.plot svg text').first()
  await (hasRequests ? drawn : drawn.or(page.locator('.empty')).first()).waitFor()
}

/** In the page: labels whose letters have pixels in common. */
function overlapping(): string[] {
  const labels = [...document.querySelectorAll('.plot svg text, .plot small')].map((text) => ({
    text: text.textContent,
    box: text.getBoundingClientRect(),
  }))
  // The box of a line has room over and under its letters.
  const [aside, above] = [1, 3]
  return labels.flatMap(({ text, box }, index) =>
    labels
      .slice(index + 1)
      .filter(
        ({ box: other }) =>
          box.left < other.right - aside &&
          other.left < box.right - aside &&
          box.top < other.bottom - above &&
          other.top < box.bottom - above,
      )
      .map((other) => `${text} | ${other.text}`),
  )
}

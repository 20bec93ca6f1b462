/** The guide as a learner uses it: in a real Chromium, on a desk and on a phone, beside a lesson that is on paper only. */
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'

import type { Browser, Page } from 'playwright-core'

import { type Guide, startGuide } from '../../lessons/kit/guide/guide'
import { barriers } from '../support/axe'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { freePort, Program } from '../support/program'
import { PaperLesson, refusedSignup } from '../support/running'
import { until } from '../support/until'

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)
const desk = { width: 1280, height: 800 }
const phone = { width: 400, height: 800 }

let browser: Browser
let page: Page
let paper: PaperLesson
let guide: Guide
/** Messages on the browser's console, but for those about servers that a test has stopped. */
let complaints: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  if (hasNoBrowser) return
  await page?.context().close()
  page = await (await browser.newContext({ viewport: desk })).newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isExpected = /ERR_CONNECTION|Failed to fetch|network error/.test(message.text())
    if (/error|warning/.test(message.type()) && !isExpected) complaints.push(message.text())
  })
})
afterEach(() => guide?.[Symbol.asyncDispose]())

/** Starts a guide, and opens it. */
async function open(lesson: PaperLesson, path = '/'): Promise<void> {
  await guide?.[Symbol.asyncDispose]()
  paper = lesson
  Bun.env.GUIDE_PORT = String(freePort())
  guide = startGuide(paper)
  await page.goto(`${guide.origin}${path}`)
}

const panel = (name: string) => page.getByRole('region', { name, exact: true })
const printed = () => page.getByRole('log')
const hasFocus = (text: string) =>
  until(`${text} has focus`, () =>
    page.evaluate((words) => document.activeElement?.textContent === words, text),
  )

describe('panels', () => {
  browserTest('on a desk, two of four are in front, and a press brings another', async () => {
    await open(new PaperLesson(3))
    expect(await panel('Lesson').isVisible()).toBe(true)
    expect(await panel('Code').isVisible()).toBe(true)
    expect(await panel('App').isVisible()).toBe(false)

    await page.getByRole('link', { name: 'Terminal' }).click()

    await panel('Terminal').waitFor()
    expect(await panel('Code').isVisible()).toBe(false)
    expect(await panel('Lesson').isVisible()).toBe(true)
    await page.reload()
    await panel('Terminal').waitFor()
    expect(complaints).toEqual([])
  })

  browserTest('on a wide screen, all of them are there', async () => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await open(new PaperLesson(3))

    for (const name of ['Lesson', 'App', 'Code', 'Terminal', 'Lanes'])
      expect([name, await panel(name).isVisible()]).toEqual([name, true])
  })

  browserTest('on a phone, there is one at a time', async () => {
    await page.setViewportSize(phone)
    await open(new PaperLesson(3))
    const tabs = page.getByRole('navigation', { name: 'Parts of the guide' })

    for (const name of ['App', 'Code', 'Terminal', 'Lanes', 'Lesson']) {
      await tabs.getByRole('link', { name }).click()
      const shown = ['Lesson', 'App', 'Code', 'Terminal', 'Lanes'].map(
        async (one) => (await panel(one).isVisible()) && one,
      )
      expect((await Promise.all(shown)).filter(Boolean)).toEqual([name])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
    }
  })

  browserTest(
    'on a phone, the newest request is below each panel and leads to the lanes',
    async () => {
      await page.setViewportSize(phone)
      await open(new PaperLesson(3))
      paper.tell(...refusedSignup(Date.now()))

      await page.getByRole('link', { name: 'POST /signup 200 ✗ 550 no such mailbox' }).click()

      await panel('Lanes').waitFor()
      expect(await page.locator('#last').isVisible()).toBe(false)
    },
  )

  browserTest('with the keyboard alone: a panel, a file, a guess', async () => {
    await open(new PaperLesson(3))

    await page.getByRole('link', { name: 'App', exact: true }).focus()
    await page.keyboard.press('Enter')
    await panel('App').waitFor()
    await hasFocus('App')
    await page.keyboard.press('Shift+Tab')
    await hasFocus('Exercise')
    await page.keyboard.press('Shift+Tab')
    await hasFocus('Lesson')
    await page.keyboard.press('Enter')

    await page.getByRole('tab', { name: 'app.tsx' }).focus()
    await page.keyboard.press('ArrowRight')
    await hasFocus('tasks.ts')
    expect(await page.locator('[id="tasks.ts"]').isVisible()).toBe(true)
    await page.keyboard.press('End')
    await hasFocus('core/tasks.ts')

    await page.getByRole('radio').first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true)
  })
})

describe('the prediction', () => {
  browserTest('a guess is tagged, and so is what happened, when it has', async () => {
    await open(new PaperLesson(3))
    const option = (index: number) => page.locator('fieldset label').nth(index)

    await page.getByLabel('a success, and the admin hears of it').check()

    expect(await option(1).getByText('your guess').isVisible()).toBe(true)
    expect(await option(2).getByText('your guess').isVisible()).toBe(false)
    expect(await page.getByText('what happened').count()).toBe(0)

    paper.tell(...refusedSignup(Date.now()))

    await option(2).getByText('what happened').waitFor()
    expect(await option(1).getByText('your guess').isVisible()).toBe(true)
    await panel('Lesson').getByText('notifyAdmin never started').waitFor()
    const looks = await page
      .locator('.tag:visible')
      .evaluateAll((tags) => tags.map((tag) => getComputedStyle(tag).color))
    expect(looks).toHaveLength(2)
    expect(new Set(looks).size).toBe(1)
    await page.reload()
    expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true)
    expect(complaints).toEqual([])
  })

  browserTest('a disc leads to its place in the lanes', async () => {
    await page.setViewportSize(phone)
    await open(new PaperLesson(3))
    paper.tell(...refusedSignup(Date.now()))
    await page.evaluate(() =>
      document.addEventListener('lanes:show', (event) => {
        document.title = JSON.stringify((event as CustomEvent).detail)
      }),
    )

    await page.getByRole('link', { name: 'Mark 2 in the lanes' }).click()

    await panel('Lanes').waitFor()
    expect(JSON.parse(await page.title())).toEqual({ request: 'app-0-1', task: 2 })
  })
})

describe('the terminal', () => {
  browserTest('keeps colours, and takes everything else for text', async () => {
    await open(new PaperLesson(3), '/?tab=terminal')

    paper.print('app', 'out', '<img src=x onerror=alert(1)> \u001B[31mred\u001B[0m \u001B[2J</pre>')

    await printed().getByText('<img src=x onerror=alert(1)> red </pre>').waitFor()
    expect(await printed().locator('img').count()).toBe(0)
    expect(await printed().locator('.red').textContent()).toBe('red')
    expect(await printed().textContent()).toBe('app  | <img src=x onerror=alert(1)> red </pre>')
    expect(complaints).toEqual([])
  })

  browserTest('keeps the last thousand lines, and follows them', async () => {
    await open(new PaperLesson(3), '/?tab=terminal')

    for (let line = 1; line <= 1_500; line++) paper.print('app', 'out', `line ${line}`)

    await printed().getByText('line 1500').waitFor()
    expect(await printed().locator('.line').count()).toBe(1_000)
    const rest = await printed().evaluate(
      (log) => log.scrollHeight - log.scrollTop - log.clientHeight,
    )
    expect(rest).toBeLessThan(30)
  })
})

describe('the code', () => {
  browserTest(
    'a file that the page names, a function, and lines of the library are a press away',
    async () => {
      await open(new PaperLesson(3))

      await page.getByRole('link', { name: 'mail-server.ts' }).first().click()
      await page.locator('[id="lessons/mail-server.ts"]').waitFor()

      await page.locator('.readme').getByRole('link', { name: 'end' }).click()
      await page.locator('[id="core/tasks.ts"]').waitFor()
      expect(await page.locator('.hit').count()).toBeGreaterThan(10)
    },
  )

  browserTest('an address with a line opens it, on a phone too', async () => {
    await page.setViewportSize(phone)
    await open(new PaperLesson(3), '/#tasks.ts-L10')

    await panel('Code').waitFor()
    expect(await page.locator('.hit').getAttribute('id')).toBe('tasks.ts-L10')
  })

  browserTest('what has focus in the lanes is marked', async () => {
    await open(new PaperLesson(3))
    const file = 'lessons/03-ordered-tasks/app.tsx'

    await page.evaluate(
      (detail) => document.dispatchEvent(new CustomEvent('lanes:place', { detail })),
      { file, line: 36, own: 'sendWelcomeEmail' },
    )

    const hits = page.locator('.hit')
    expect(await hits.evaluateAll((lines) => lines.map(({ id }) => id))).toEqual([
      'app.tsx-L36',
      'tasks.ts-L10',
    ])
    const box = await hits.first().boundingBox()
    expect(box!.y).toBeLessThan(desk.height)
  })
})

describe('the app', () => {
  browserTest('is in the frame, can be used there, and comes back when it is back', async () => {
    const port = freePort()
    const guidePort = (Bun.env.GUIDE_PORT = String(freePort()))
    const env = {
      PORT: String(port),
      SLOW_PORT: String(freePort()),
      GUIDE_ORIGIN: `http://127.0.0.1:${guidePort}`,
    }
    const start = () => new Program(['lessons/02-slow-api/app.tsx'], env)
    await using first = await start().says('Ready')
    paper = new PaperLesson(2, { app: `http://127.0.0.1:${port}` })
    guide = startGuide(paper)
    await page.goto(`http://localhost:${guidePort}/?tab=app`)
    const frame = page.frameLocator('iframe')
    await page.getByText('The app is starting.').waitFor()

    paper.turn('app', 'ready', 1_000)
    await frame.getByRole('button', { name: 'Press to call slow service' }).click()
    await frame.getByText('No. 1:').waitFor()
    first.signal('SIGKILL')
    await first.ended()
    paper.turn('app', 'stopped')
    await page.getByText('✗ app not running since').waitFor()
    await using second = await start().says('Ready')
    paper.turn('app', 'ready', 2_000)

    await frame.getByText('None yet.').waitFor()
    expect(second.errors).toBe('')
    expect(complaints).toEqual([])
  })

  browserTest('a failure stays pressed, and what it cannot do is said', async () => {
    await open(new PaperLesson(3), '/?tab=app')
    const button = page.getByRole('button', { name: 'Mail server down' })

    await button.click()
    await panel('App').locator('[aria-pressed=true]').waitFor()
    await button.click()
    await panel('App').locator('[aria-pressed=false]').waitFor()

    const refused = Promise.reject(new Error('port 2525 is <b>taken</b>'))
    refused.catch(() => {})
    paper.patience = refused
    await button.click()
    await page.getByText('port 2525 is <b>taken</b>').waitFor()
    expect(complaints).toEqual([])
  })
})

browserTest('a page says since when its guide is gone, and is new with the next run', async () => {
  await open(new PaperLesson(3))
  const { origin } = guide

  await guide[Symbol.asyncDispose]()
  await page.getByText('✗ not running since').waitFor()

  Bun.env.GUIDE_PORT = new URL(origin!).port
  guide = startGuide(new PaperLesson(4))
  await page.getByRole('heading', { name: '4. Workers', exact: true }).waitFor()
})

browserTest('an answer of a guide that is gone meanwhile does not say that it runs', async () => {
  const [asked, answers] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await page.route('**/state', async (route) => {
    const response = await route.fetch()
    asked.resolve()
    await answers.promise
    await route.fulfill({ response })
  })
  await open(new PaperLesson(3))
  await asked.promise
  await guide[Symbol.asyncDispose]()
  await page.getByText('✗ not running since').waitFor()
  await page.evaluate(() =>
    document.addEventListener('htmx:after:swap', () => (document.title = 'answered')),
  )

  answers.resolve()

  await until('the answer is there', async () => (await page.title()) === 'answered')
  await page.getByText('✗ not running since').waitFor()
})

browserTest('a stream that is refused at first is asked for again', async () => {
  const lesson = new PaperLesson(3)
  await page.route(/\/(live|events)$/, (route) => route.abort(), { times: 2 })
  await open(lesson, '/?tab=terminal')
  await page.getByText('✗ not running since').waitFor()

  lesson.print('app', 'out', 'here I am')
  lesson.tell(...refusedSignup(Date.now()))

  await printed().getByText('here I am').waitFor()
  await page.locator('.plot text', { hasText: 'POST /signup' }).waitFor()
  await page.getByText('✗ not running since').waitFor({ state: 'detached' })
})

browserTest('lanes that are refused alone do not say that the guide is gone', async () => {
  const lesson = new PaperLesson(3)
  const isHeard = Promise.withResolvers<void>()
  await page.route(
    '**/events',
    async (route) => {
      await isHeard.promise
      await route.abort()
    },
    { times: 1 },
  )
  await open(lesson, '/?tab=terminal')
  lesson.print('app', 'out', 'here I am')
  await printed().getByText('here I am').waitFor()

  isHeard.resolve()
  lesson.tell(...refusedSignup(Date.now()))

  await page.locator('.plot text', { hasText: 'POST /signup' }).waitFor()
  expect(await page.getByText('✗ not running since').count()).toBe(0)
})

browserTest('for a projector: lanes above, code below, nothing else', async () => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await open(new PaperLesson(3), '/?present')

  for (const name of ['Lesson', 'App', 'Terminal'])
    expect(await panel(name).isVisible()).toBe(false)
  const lanes = await panel('Lanes').boundingBox()
  const code = await panel('Code').boundingBox()
  expect(lanes!.y).toBeLessThan(code!.y)
  const size = await page
    .locator('[id="app.tsx"]')
    .evaluate((text) => parseFloat(getComputedStyle(text).fontSize))
  expect(size).toBeGreaterThan(28)

  // Nobody in a room points: the code follows what has just run.
  paper.tell(...refusedSignup(Date.now()))
  const line = page.locator('.line.hit', { hasText: 'addTask' }).first()
  await line.waitFor()
  const box = await line.boundingBox()
  expect(box!.y).toBeGreaterThan(code!.y)
  expect(box!.y).toBeLessThan(1_080)
})

for (const [state, path] of [
  ['the lesson', '/'],
  ['the app', '/?tab=app'],
  ['the code', '/?tab=code'],
  ['the terminal', '/?tab=terminal'],
  ['the lanes', '/?tab=lanes'],
  ['another lesson', '/lesson/5'],
  ['for a projector', '/?present'],
] as const)
  browserTest(`is there for everybody: ${state}`, async () => {
    using app = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () =>
        new Response('<!doctype html><html lang="en"><title>App</title><main><h1>App</h1></main>', {
          headers: { 'content-type': 'text/html' },
        }),
    })
    await open(new PaperLesson(3, { app: app.url.origin }), path)
    paper.turn('app', 'ready')
    paper.print(
      'app',
      'out',
      '\u001B[31mred\u001B[32mgreen\u001B[33myellow\u001B[35mmagenta\u001B[2mdim',
    )
    paper.tell(...refusedSignup(Date.now()))
    if (path !== '/lesson/5')
      await until('it has happened', async () => (await page.locator('.disc').count()) > 0)

    expect(await barriers(page)).toEqual([])
  })

/** How the guide looks in a real Chromium, on a desk and on a phone: nothing is covered, cut or too small to be pressed. */
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'

import { type Guide, startGuide } from '../../lessons/kit/guide/guide'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { freePort } from '../support/program'
import { PaperLesson, refusedSignup } from '../support/running'

import pageCss from '../../lessons/page.css' with { type: 'text' }

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)
const phone = { viewport: { width: 400, height: 800 } }

let browser: Browser
let page: Page
let paper: PaperLesson
let guide: Guide

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())
afterEach(async () => {
  await page?.context().close()
  await guide?.[Symbol.asyncDispose]()
})

browserTest('on a phone, each part of a lesson has its tab in sight', async () => {
  await open(phone)

  const tabs = page.locator('.all-tabs a')
  expect(await tabs.count()).toBe(6)
  for (const tab of await tabs.all()) {
    const { x, width, height } = (await tab.boundingBox())!
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x + width).toBeLessThanOrEqual(400)
    expect(height).toBeGreaterThanOrEqual(44)
  }
})

browserTest(
  'on a phone, the newest request is one row below each panel, and covers nothing',
  async () => {
    await open(phone)
    paper.tell(...refusedSignup(Date.now()))
    const row = page.locator('#last')
    await row.waitFor()

    for (const name of ['Lesson', 'Exercise', 'App', 'Code', 'Terminal']) {
      await page.locator('.all-tabs').getByRole('link', { name }).click()
      const shown = (await row.boundingBox())!
      const panel = (await page.locator('.panel.only').boundingBox())!

      expect(shown).toMatchObject({ x: 0, width: 400 })
      expect(shown.height).toBeGreaterThanOrEqual(44)
      expect(shown.height).toBeLessThan(60)
      expect(shown.y + shown.height).toBe(800)
      expect(panel.y + panel.height).toBeLessThanOrEqual(shown.y)
      const ends = await row
        .locator(':scope > *')
        .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().right))
      expect(Math.max(...ends)).toBeLessThanOrEqual(400)
    }
  },
)

browserTest.each([1280, 1366, 1440, 1920])(
  'at %d px, the buttons of the app are beside each other and its title',
  async (width) => {
    await open({ viewport: { width, height: 900 } }, '/?tab=app', (lesson) =>
      lesson.buttons.splice(
        0,
        1,
        { label: 'Service takes 10 s', isOn: false },
        { label: 'Service answers 500', isOn: true },
        { label: 'Service down', isOn: false },
      ),
    )
    const [head, ...boxes] = await page
      .locator('#app > .head, #app > .head :is(h2, button, .tabs a):visible')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().toJSON()))

    for (const box of boxes) {
      expect(box.left).toBeGreaterThanOrEqual(head.left)
      expect(box.right).toBeLessThanOrEqual(head.right)
      const others = boxes.filter((other) => other !== box)
      const covers = others.filter(
        (other) =>
          box.left < other.right &&
          other.left < box.right &&
          box.top < other.bottom &&
          other.top < box.bottom,
      )
      expect(covers).toEqual([])
    }
    // Two rows at most.
    expect(head.height).toBeLessThan(90)
  },
)

browserTest('the heads of two columns are as high as each other', async () => {
  await open({ viewport: { width: 1280, height: 800 } }, '/?tab=app')

  const ends = await page
    .locator('.panel > .head:visible')
    .evaluateAll((heads) => heads.map((head) => head.getBoundingClientRect().bottom))
  expect(ends).toHaveLength(2)
  expect(ends[0]).toBeCloseTo(ends[1]!, 0)
})

browserTest('on a phone, the status of the newest request stands apart from its path', async () => {
  await open(phone)
  paper.tell(...refusedSignup(Date.now()))

  const path = page.locator('#last').getByText('POST /signup', { exact: true })
  const code = page.locator('#last').getByText('200', { exact: true })
  await code.waitFor()
  const [left, right] = [(await path.boundingBox())!, (await code.boundingBox())!]
  expect(right.x - (left.x + left.width)).toBeGreaterThanOrEqual(8)
  const colourOf = (part: Locator) => part.evaluate((one) => getComputedStyle(one).color)
  expect(await colourOf(code)).not.toBe(await colourOf(path))
})

browserTest('what can be pressed is 30 px high on a desk', async () => {
  await open({ viewport: { width: 1440, height: 900 } }, '/?tab=app')
  paper.tell(...refusedSignup(Date.now()))
  await page.locator('.plot text', { hasText: 'never started' }).waitFor()
  await page.locator('.plot').press('ArrowRight')
  await page.locator('.details a').first().waitFor()

  const low = await page
    .locator('header a, nav a, [role=tab], button, label, .details a')
    .evaluateAll((targets) =>
      targets
        .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 30)
        .map((target) => target.textContent),
    )
  expect(low).toEqual([])
})

browserTest('in the terminal, an error is told from the rest', async () => {
  await open({}, '/?tab=terminal')

  paper.print('app', 'out', 'caught a mail')
  paper.print('app', 'err', 'sendWelcomeEmail failed')

  const line = (text: string) => page.locator('#printed .line', { hasText: text })
  await line('failed').waitFor()
  const colourOf = (text: string) => line(text).evaluate((part) => getComputedStyle(part).color)
  expect(await colourOf('failed')).not.toBe(await colourOf('caught'))
})

browserTest('a terminal without a line says so, until there is one', async () => {
  await open({}, '/?tab=terminal')
  const words = () =>
    page.locator('#printed').evaluate((log) => getComputedStyle(log, '::before').content)

  expect(await words()).toBe('"Nothing printed yet."')
  paper.print('app', 'out', 'caught a mail')
  await page.locator('#printed .line').waitFor()
  expect(await words()).toBe('none')
})

browserTest('a lesson to read: page and code end at the same height', async () => {
  await open({ viewport: { width: 1440, height: 900 } }, '/lesson/2')

  const ends = await page
    .locator('.panel:visible')
    .evaluateAll((panels) => panels.map((panel) => panel.getBoundingClientRect().bottom))
  expect(ends).toHaveLength(2)
  expect(ends[0]).toBe(ends[1])
})

browserTest('for a projector, the keys come to the lanes before the code below them', async () => {
  await open({ viewport: { width: 1920, height: 1080 } }, '/?present')
  paper.tell(...refusedSignup(Date.now()))
  await page.locator('.plot').waitFor()

  const ways: string[] = []
  await page.getByRole('link', { name: /^Lesson 6/ }).focus()
  for (let press = 0; press < 2; press++) {
    await page.keyboard.press('Tab')
    ways.push(
      await page.evaluate(() => document.activeElement?.closest('section')?.id ?? 'nowhere'),
    )
  }
  expect(ways).toEqual(['lanes', 'code'])
})

browserTest('with the colours of a system, the discs are discs', async () => {
  await open({ forcedColors: 'active' })
  paper.tell(...refusedSignup(Date.now()))
  const disc = page.locator('.disc').first()
  await disc.waitFor()

  const [ground, around] = await disc.evaluate((mark) =>
    [mark, document.body].map((part) => getComputedStyle(part).backgroundColor),
  )
  expect(ground).not.toBe(around)
})

browserTest('with the colours of a system, a button of a lesson has an edge', async () => {
  page = await (await browser.newContext({ forcedColors: 'active' })).newPage()
  await page.setContent(`<style>${pageCss}</style><button>Sign up</button>`)

  const edge = await page.getByRole('button').evaluate((button) => {
    const { borderTopStyle, borderTopWidth } = getComputedStyle(button)
    return `${borderTopStyle} ${borderTopWidth}`
  })
  expect(edge).toBe('solid 1px')
})

async function open(
  options: BrowserContextOptions = {},
  path = '/',
  prepare: (lesson: PaperLesson) => unknown = () => undefined,
): Promise<void> {
  paper = new PaperLesson(3)
  prepare(paper)
  Bun.env.GUIDE_PORT = String(freePort())
  guide = startGuide(paper)
  page = await (await browser.newContext(options)).newPage()
  await page.goto(`${guide.origin}${path}`)
}

/** The guide beside an exercise, as a learner uses it: in a real Chromium, while files are saved and checked. */
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Locator, Page } from 'playwright-core'

import { type Guide, startGuide } from '../../lessons/kit/guide/guide'
import { barriers } from '../support/axe'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { freePort, freePorts } from '../support/program'
import { PaperLesson, PaperWork, refusedSignup, verdictOf } from '../support/running'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)
const phone = { width: 400, height: 800 }
const exercise = join(import.meta.dir, '../../lessons/03-ordered-tasks/start')

let browser: Browser
let page: Page
let guide: Guide | undefined
let work: PaperWork
let folder: string
let complaints: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exercise-'))
  cpSync(exercise, folder, { recursive: true })
  if (hasNoBrowser) return
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  page = await context.newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isExpected = /ERR_CONNECTION|Failed to fetch|network error/.test(message.text())
    if (/error|warning/.test(message.type()) && !isExpected) complaints.push(message.text())
  })
})
afterEach(async () => {
  await page?.context().close()
  await guide?.[Symbol.asyncDispose]()
  guide = undefined
  rmSync(folder, { recursive: true })
})

/** Starts a guide beside work on lesson 3, on paper, and opens it. */
async function open(path = '/'): Promise<void> {
  await guide?.[Symbol.asyncDispose]()
  work = new PaperWork(folder)
  Bun.env.GUIDE_PORT = String(freePort())
  guide = startGuide(Object.assign(new PaperLesson(3), { work }))
  await page.goto(`${guide.origin}${path}`)
}

/** As an editor does. */
function save(text: string): void {
  writeFileSync(join(folder, 'app.tsx'), text)
  work.save()
}

const panel = (name: string) => page.getByRole('region', { name, exact: true })
const line = () => page.getByRole('status').first()
const ownCode = () => page.locator('[id="exercise/app.tsx"]')
const todo = (number: number) => ownCode().locator('.line', { hasText: `// TODO ${number}` })
/** Within the file that is scrolled. */
const isInSight = async (row: Locator) => {
  const [box, frame] = await Promise.all([row.boundingBox(), ownCode().boundingBox()])
  return !!box && !!frame && box.y >= frame.y && box.y + box.height <= frame.y + frame.height
}
const hasFocus = (text: string) =>
  until(`${text} has focus`, () =>
    page.evaluate((words) => document.activeElement?.textContent === words, text),
  )

browserTest('a save that solves the exercise turns the page from ✗ to ✓', async () => {
  using workspace = new Workspace()
  const ports = freePorts()
  const app = workspace.path('01-simple-counter/exercise/app.tsx')
  const solution = await workspace.text('01-simple-counter/solution/app.tsx')
  await using kit = await workspace.kit(['work', '1'], ports).says('✗ lesson 1:')
  const [, sentence = ''] = /✗ lesson 1: (.*) \(bun/.exec(kit.output) ?? []
  await page.goto(`http://127.0.0.1:${ports.GUIDE_PORT}/?tab=check`)
  await page.evaluate(() => (document.title = 'not loaded again'))
  await line().getByText(`✗ ${sentence}`).waitFor()
  expect(await panel('Check').getByText('1 of 5 facts hold.').isVisible()).toBe(true)
  expect(await panel('Check').getByText(sentence).isVisible()).toBe(true)
  expect(await panel('Check').locator('pre').textContent()).toContain('GET / 200')

  writeFileSync(app, solution)

  await line().getByText('✓ 5 of 5').waitFor()
  await line().getByText('Next: bun run lesson 2').waitFor()
  await panel('Check').getByText('5 of 5 facts hold.').waitFor()
  const code = page.locator('[id="exercise/app.tsx"]')
  await until('the code is the new one', async () => !(await code.textContent())?.includes('TODO'))
  await page.locator('nav:visible').getByRole('link', { name: 'Diff' }).click()
  await panel('Diff').getByText('- await counter(4)').waitFor()
  expect(await page.title()).toBe('not loaded again')
  expect(complaints).toEqual([])
})

browserTest('a page that was cut off catches up with what has been checked meanwhile', async () => {
  await open('/?tab=check')
  work.check(verdictOf('notifyAdmin started.'))
  await line().getByText('✗ notifyAdmin started.').waitFor()

  // A tab that is hidden lets go of its streams.
  await hide(true)
  await page.context().setOffline(true)
  await hide(false)
  await page.getByText('✗ not running since').waitFor()
  work.check(verdictOf())
  await page.context().setOffline(false)

  await line().getByText('✓ 3 of 3').waitFor()
  await panel('Check').getByText('3 of 3').waitFor()
})

browserTest(
  'a save leaves the file that is shown, where it is scrolled to, and comes into it',
  async () => {
    await open()
    const text = await Bun.file(join(folder, 'app.tsx')).text()
    await page.getByRole('tab', { name: 'exercise/tasks.ts' }).click()
    const tasks = page.locator('[id="exercise/tasks.ts"]')
    await tasks.evaluate((file) => (file.scrollTop = 30))

    writeFileSync(join(folder, 'own.ts'), 'export const mine = 1\n')
    save(text.replace('Sign up', 'Join us'))

    await page.getByRole('tab', { name: 'exercise/own.ts' }).waitFor()
    await until('the new text is there', async () =>
      (await page.locator('[id="exercise/app.tsx"]').textContent())?.includes('Join us'),
    )
    expect(await tasks.isVisible()).toBe(true)
    expect(await tasks.evaluate((file) => file.scrollTop)).toBe(30)
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('exercise/tasks.ts')

    await page.getByRole('tab', { name: 'exercise/own.ts' }).click()
    rmSync(join(folder, 'own.ts'))
    save(text)
    await page.locator('[id="exercise/app.tsx"]').waitFor()
    expect(complaints).toEqual([])
  },
)

browserTest('the place of a broken fact is marked, and a link leads to it', async () => {
  await page.setViewportSize(phone)
  await open('/?tab=check')
  const file = join(folder, 'tasks.ts')
  const broken = { fact: 'It runs.', sentence: `${file}:8 throws.`, place: { file, line: 8 } }
  work.check(verdictOf('', { broken }))

  await panel('Check').getByRole('link', { name: 'exercise/tasks.ts:8' }).click()

  await panel('Code').waitFor()
  const marked = page.locator('[id="exercise/tasks.ts-L8"]')
  expect(await marked.isVisible()).toBe(true)
  await until('it is marked', async () => (await marked.getAttribute('class'))?.includes('broken'))
})

browserTest('the page opens on the exercise, with the code at its first TODO', async () => {
  await open()

  await panel('Exercise').waitFor()
  await todo(1).waitFor()
  await until('the TODO is in sight', () => isInSight(todo(1)))

  await page.setViewportSize(phone)
  await page.reload()
  await panel('Exercise').waitFor()
  await page.locator('nav:visible').getByRole('link', { name: 'Code' }).click()
  await until('the TODO is in sight', () => isInSight(todo(1)))
  expect(complaints).toEqual([])
})

browserTest('a failing check leads to its line, and once to the same one', async () => {
  await open()
  const text = await Bun.file(join(folder, 'app.tsx')).text()
  const last = text.trimEnd().split('\n').length
  const place = { file: join(folder, 'app.tsx'), line: last }
  const broken = { fact: 'It runs.', sentence: 'It throws.', place }
  const marked = page.locator('.line.broken')

  work.check(verdictOf('', { broken }))
  await until('the line is in sight', () => isInSight(marked))

  await ownCode().evaluate((file) => (file.scrollTop = 0))
  save(text.replace('Sign up', 'Join us'))
  await marked.waitFor({ state: 'detached' })
  work.check(verdictOf('', { broken }))
  await marked.waitFor()
  expect(await ownCode().evaluate((file) => file.scrollTop)).toBe(0)

  work.check(verdictOf('', { broken: { ...broken, place: { ...place, line: last - 1 } } }))
  await until('another line is in sight', () => isInSight(marked))
})

browserTest('an address with a line is followed, wherever the check fails', async () => {
  await open()
  const place = { file: join(folder, 'app.tsx'), line: 40 }
  work.check(verdictOf('', { broken: { fact: 'It runs.', sentence: 'It throws.', place } }))
  await page.locator('.line.broken').waitFor()

  const swapped = page.waitForResponse('**/exercise/sources')
  await page.goto(`${guide?.origin}/?tab=check#exercise/app.tsx-L1`)
  await swapped
  await page.evaluate(() => new Promise(requestAnimationFrame))

  expect(await isInSight(page.locator('[id="exercise/app.tsx-L1"]'))).toBe(true)
})

browserTest('a hint that is opened in the terminal opens on the page, without focus', async () => {
  await open()
  work.check(verdictOf('notifyAdmin started.'))
  await line().getByRole('link', { name: 'Hint' }).press('Enter')
  await panel('Hints').waitFor()
  await page.keyboard.press('Tab')
  await hasFocus('Show hint 1 of 3')

  work.hints.open(1)

  await panel('Hints').getByRole('heading', { name: 'Hint 1 of 3' }).waitFor()
  await hasFocus('Show hint 2 of 3')
})

browserTest('with the keyboard alone: from the line to a hint, and to the solution', async () => {
  await open()
  work.check(verdictOf('notifyAdmin started.'))

  await line().getByRole('link', { name: 'Hint' }).press('Enter')
  await panel('Hints').waitFor()
  for (const number of [1, 2, 3]) {
    await page.keyboard.press('Tab')
    await hasFocus(`Show hint ${number} of 3`)
    await page.keyboard.press('Enter')
    await hasFocus(`Hint ${number} of 3`)
  }
  await panel('Hints').getByRole('link', { name: 'Diff', exact: true }).last().press('Enter')
  await panel('Diff').waitFor()
  await page.keyboard.press('Tab')
  await hasFocus('Compare with the solution')
  await page.keyboard.press('Enter')
  await hasFocus('The check does not pass yet. Show the solution all the same?')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await panel('Diff').getByText('+ solution').waitFor()
  expect(complaints).toEqual([])
})

browserTest(
  'a check that ends between a press and its answer does not take the focus',
  async () => {
    await open('/?tab=hints')
    await line().getByText('◌ is running').waitFor()
    await page.route('**/exercise/hints/*', async (route) => {
      const sentence = `${route.request().url().at(-1)} was asked for.`
      work.check(verdictOf(sentence))
      await line().getByText(sentence).waitFor()
      await route.continue()
    })

    for (const number of [1, 2, 3]) {
      await page.getByRole('button', { name: `Show hint ${number} of 3` }).press('Enter')
      await hasFocus(`Hint ${number} of 3`)
    }
  },
)

browserTest(
  'a press waits for an update that is under way, so that the news comes last',
  async () => {
    await open('/?tab=diff')
    work.check(verdictOf('notifyAdmin started.'))
    await line().getByText('✗ notifyAdmin started.').waitFor()
    const asked: string[] = []
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
    await page.route('**/exercise/diff**', async (route) => {
      asked.push(route.request().method())
      const response = await route.fetch()
      await mayAnswer
      await route.fulfill({ response })
    })
    work.check(verdictOf('notifyAdmin started.'))
    await until('an update is under way', () => asked.length === 1)

    await page.getByRole('button', { name: 'Compare with the solution' }).press('Enter')
    await page.evaluate(() => new Promise(requestAnimationFrame))

    expect(asked).toEqual(['GET'])
    answer()
    await hasFocus('The check does not pass yet. Show the solution all the same?')
  },
)

for (const tab of ['exercise', 'check', 'hints', 'diff', 'code'])
  browserTest(`is there for everybody: ${tab}`, async () => {
    await open(`/?tab=${tab}`)
    save('export const app = <b>{1}</b>\n')
    const place = { file: join(folder, 'app.tsx'), line: 1 }
    const broken = { fact: 'It runs.', sentence: 'It throws.', place }
    const events = refusedSignup(1_000).map((event, n) => ({ n, process: 'app', ...event }))
    work.check(verdictOf('', { broken, events }))
    await line().getByText('✗ It throws.').waitFor()
    if (tab === 'hints') await page.getByRole('button', { name: 'Show hint 1' }).click()
    if (tab === 'diff') await page.getByRole('button', { name: 'Compare with the' }).click()

    expect(await barriers(page)).toEqual([])
  })

async function hide(isHidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)
}

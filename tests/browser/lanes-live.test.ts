/** Lessons that run, and their guide in a real Chromium: what is done to a lesson is read in its lanes. */
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'

import { lessons } from '../../lessons'
import { Control } from '../../lessons/kit/control'
import { startGuide } from '../../lessons/kit/guide/guide'
import type { ProcessEvent } from '../../lessons/kit/lanes/events'
import { lookInside } from '../../lessons/kit/look-inside'
import { barriers } from '../support/axe'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { childrenOf } from '../support/processes'
import { freePort, freePorts, lessonVerb, Program, startLesson } from '../support/program'
import { PaperLesson } from '../support/running'
import { TerminalProgram } from '../support/terminal'
import { beginningOfASecond, until } from '../support/until'

setDefaultTimeout(90_000)
const browserTest = test.skipIf(hasNoBrowser)
const root = join(import.meta.dir, '../..')
const quick = { POLL_EVERY: '300ms', SLOW_DELAY: '100', SLOW_PAUSE: '20', REDIS_URL: '' }

let browser: Browser
let page: Page
/** Messages on the browser's console, but for those about servers that a test has stopped. */
let complaints: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  if (hasNoBrowser) return
  await page?.context().close()
  const viewport = { width: 1440, height: 900 }
  page = await (await browser.newContext({ viewport })).newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
  page.on('console', (message) => {
    const isExpected = /ERR_CONNECTION|Failed to fetch|network error/.test(message.text())
    if (/error|warning/.test(message.type()) && !isExpected) complaints.push(message.text())
  })
})

const guideOf = ({ ports }: { ports: { GUIDE_PORT: string } }) =>
  `http://127.0.0.1:${ports.GUIDE_PORT}`
const app = () => page.frameLocator('iframe')
/** Opens the guide of a lesson, and waits until its app can be used. */
async function open(guide: string): Promise<void> {
  await page.goto(guide)
  await app().locator('body').waitFor()
  await page.frame('app')?.waitForLoadState()
}
/** htmx listens only when it has gone through the page: a press before that does nothing. */
async function pressInApp(name: string): Promise<void> {
  const button = app().getByRole('button', { name })
  await button.and(app().locator('[data-htmx-powered]')).click()
}
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const isOn = (name: string) =>
  page.getByRole('button', { name, exact: true, pressed: true }).waitFor()
const label = (text: string | RegExp) => page.locator('.plot text', { hasText: text }).first()

browserTest('lesson 3, mail server down: the lane says why, and what never started', async () => {
  await using lesson = await startLesson(3, quick)
  await open(guideOf(lesson))
  await app().getByLabel('Name').fill('ada')
  await app().getByLabel('Email').fill('ada@example.org')

  await press('Mail server down')
  await isOn('Mail server down')
  await label('Mail server down · mail has stopped').waitFor()
  await app().getByRole('button', { name: 'Sign up' }).click()

  await label(/^sendWelcomeEmail {2}✗ .* connect ECONNREFUSED/).waitFor()
  await label(/^notifyAdmin {2}never started/).waitFor()
  await label(/^POST \/signup {2}200/).waitFor()
  await page.getByText('✗ mail not running since').waitFor()
  await app().getByText('Signup successful!').waitFor()
  expect(complaints).toEqual([])
})

browserTest('lesson 2, service answers 500: the lane of the task says so', async () => {
  await using lesson = await startLesson(2, quick)
  await open(guideOf(lesson))

  await press('Service answers 500')
  await isOn('Service answers 500')
  await pressInApp('Press to call slow service')

  await label(/^callSlowService {2}✗ .* The service answered 500\.$/).waitFor()
  await label(/^POST \/submit {2}200/).waitFor()
  expect(complaints).toEqual([])
})

browserTest(
  'lesson 2, three presses: what was predicted has happened, and leads to its lanes',
  async () => {
    await using lesson = await startLesson(2, quick)
    await open(guideOf(lesson))
    await beginningOfASecond()

    for (let time = 0; time < 3; time++) await pressInApp('Press to call slow service')

    await page.getByText('what happened').waitFor()
    const seen = await page.locator('.because .seen').allTextContents()
    expect(seen.filter((words) => words.includes('answered with a 200, and no row'))).toHaveLength(
      2,
    )
    await page.locator('.seen', { hasText: 'no row' }).getByRole('link').first().click()
    await page.getByText('2 of 2 of POST /submit').waitFor()
    expect(complaints).toEqual([])
  },
)

browserTest(
  'lesson 6, a link to a second tab: it opens, and what was predicted has happened',
  async () => {
    await using lesson = await startLesson(6, { ...quick, MAIL_TAKES: '2000' })
    await open(guideOf(lesson))
    await app().getByRole('button', { name: 'Send' }).click()
    const opens = page.context().waitForEvent('page')

    await app().getByRole('link', { name: 'changes only' }).click()

    const tab = await opens
    await tab.getByText('Connected.').waitFor()
    await page.getByText('what happened').waitFor()
    expect(complaints).toEqual([])
    lesson.signal('SIGKILL') // asked to stop, it would send all mails
  },
)

browserTest(
  'lesson 4, an event loop that is blocked: the guide answers at once, and draws the hole',
  async () => {
    await using lesson = await startLesson(4, { ...quick, PRIMES_UP_TO: '16000000' })
    const guide = guideOf(lesson)
    await open(guide)
    await pressInApp('On the event loop')
    await label(/^countPrimes {2}… /).waitFor()

    const began = performance.now()
    const ping = fetch(`${lesson.address}/ping`)
    const times: number[] = []
    await until(
      'somebody is served again',
      async () => {
        const asked = performance.now()
        await (await fetch(`${guide}/state`)).text()
        times.push(performance.now() - asked)
        return Bun.peek.status(ping) !== 'pending'
      },
      60_000,
    )
    const waited = performance.now() - began

    const sorted = times.toSorted((one, other) => one - other)
    expect(waited).toBeGreaterThan(2_000)
    // Nearly all of them: the machine may be busy with something else now and then.
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(100)
    expect(sorted.at(-1)).toBeLessThan(waited / 2)
    const hole = await label(/^blocked [\d,]{5,} ms$/).textContent()
    expect(Number(hole!.replace(/\D/g, ''))).toBeGreaterThan(2_000)
    await label(/waited up to [\d,]{5,} ms/).waitFor()
    expect(await page.locator('.plot .curtain').count()).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  },
)

browserTest('an app that is killed is said to be, and can be started again', async () => {
  const ports = freePorts()
  const env = { ...quick, ...ports }
  await using lesson = new TerminalProgram([process.execPath, ...lessonVerb, '1'], root, env)
  await lesson.shows('Ctrl-C stops everything.')
  await open(guideOf({ ports }))
  await label(/^counter {2}… /).waitFor()

  const [child = 0] = childrenOf(lesson.pid)
  process.kill(child, 'SIGKILL')

  await page.getByText('✗ app not running since').waitFor()
  await label('app was killed (SIGKILL)').waitFor()
  await label(/^counter {2}✗ .* lost: app was killed \(SIGKILL\)$/).waitFor()
  await lesson.shows('app was killed (SIGKILL).')
  await press('Restart lesson')
  await page.getByText('● running').waitFor()
  await label(/^counter {2}… /).waitFor()
  expect(complaints).toEqual([])
})

browserTest('names, arguments, errors and printed lines of an app are text', async () => {
  const html = '<img src=x onerror=alert(1)>'
  const escapes = String.raw`\u001b[2J\u001b]0;title\u0007\u202e`
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  const file = join(folder, 'app.ts')
  const port = freePort()
  const address = `http://127.0.0.1:${port}`
  await Bun.write(
    file,
    `import { Elysia } from '${root}/node_modules/elysia'
     import { background } from '${root}/core'
     const html = ${JSON.stringify(html)}
     const task = { async [html](_: string) { throw new Error(html + '${escapes}') } }[html]
     new Elysia()
       .use(background({ onError() {} }))
       .get('/', () => 'here')
       .post('/*', ({ backgroundTasks }) => {
         backgroundTasks.addTask(task, html + '${escapes}')
         console.log(html + '${escapes}')
         return 'done'
       })
       .listen({ hostname: '127.0.0.1', port: ${port} })`,
  )
  await using inside = lookInside(folder)
  const control = new Control([
    {
      name: 'app',
      page: 'the app',
      address,
      command: inside.command(file),
      environment: inside.environment,
    },
  ])
  Bun.env.GUIDE_PORT = String(freePort())
  const guide = startGuide(Object.assign(control, { lesson: lessons[2]! }))
  try {
    await control.start()
    await open(guide.origin!)
    await fetch(`${address}/signup`, { method: 'POST' })

    await label(`${html}  ✗`).waitFor()
    expect(await label(`${html}  ✗`).textContent()).toEndWith(`${html}\ufffd[2J\ufffd]0;tit…`)
    await page.locator('.plot').press('ArrowRight')
    await page.locator('.plot').press('ArrowDown')
    await page.locator('.details h3', { hasText: html }).waitFor()
    const details = (await page.locator('.details dd').allTextContents()).join('\n')
    expect(details).toContain(`"${html}`)
    await page.locator('#printed .line').waitFor()
    expect(await page.locator('#printed .line').textContent()).toBe(`app | ${html}`)
    await press('As text')
    await page.locator('.as-text', { hasText: html }).waitFor()
    const shown = await page.locator('body').innerText()
    for (const code of ['\u001b', '\u0007', '\u202e']) expect(shown).not.toContain(code)
    expect(await page.locator('img').count()).toBe(0)
    expect(complaints).toEqual([])
  } finally {
    await control.stop('SIGKILL')
    await guide[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  }
})

browserTest("a learner's own app: what it prints, and its lanes", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-'))
  const file = join(folder, 'app.ts')
  const port = freePort()
  await Bun.write(
    file,
    `import { Elysia } from '${root}/node_modules/elysia'
     import { background } from '${root}/core'
     async function resize(width: number) { console.log('resized to', width) }
     new Elysia()
       .use(background())
       .post('/pictures', ({ backgroundTasks }) => void backgroundTasks.addTask(resize, 640))
       .listen({ hostname: '127.0.0.1', port: ${port} })`,
  )
  const env = { GUIDE_PORT: String(freePort()) }
  const guide = `http://127.0.0.1:${env.GUIDE_PORT}`
  await using own = new Program(['lessons/kit/kit.ts', 'watch', file], env)
  await own.says(`Its lanes, live: ${guide}`)
  await page.goto(guide)
  await page.getByText('● running').waitFor()
  const heightOf = async (id: string) => (await page.locator(`#${id}`).boundingBox())!.height
  expect(await heightOf('lanes')).toBeGreaterThan(await heightOf('terminal'))
  await page.getByRole('heading', { name: 'Terminal' }).waitFor()

  await fetch(`http://127.0.0.1:${port}/pictures`, { method: 'POST' })

  await label(/^resize {2}✓/).waitFor()
  await page.getByRole('log').getByText('resized to 640').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.setViewportSize({ width: 400, height: 800 })
  await page.getByRole('link', { name: 'Terminal' }).click()
  await page.getByRole('log').getByText('resized to 640').waitFor()
  expect(complaints).toEqual([])
  rmSync(folder, { recursive: true })
})

browserTest('an hour of 1,000 requests a minute leaves the page as it is', async () => {
  const paper = new PaperLesson(3)
  Bun.env.GUIDE_PORT = String(freePort())
  const guide = startGuide(paper)
  const beginning = Date.now() - 3_600_000
  try {
    await page.goto(guide.origin!)
    const devtools = await page.context().newCDPSession(page)
    const heap = async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize
    }

    const heaps: number[] = []
    for (let minute = 0; minute < 60; minute++) {
      paper.tell(...aMinute(beginning, minute))
      const end = { type: 'flag', at: beginning + (minute + 1) * 60_000 - 10 } as const
      paper.recorder.record('app', { ...end, text: `minute ${minute}` })
      await label(`minute ${minute}`).waitFor()
      if (minute % 10 === 9) heaps.push(await heap())
    }

    // All that it may remember is there after ten minutes: what comes later replaces, and adds nothing.
    expect(heaps.at(-1)! - heaps[1]!).toBeLessThan(4_000_000)
    expect(await page.locator('#lanes *').count()).toBeLessThan(1_000)
    expect(complaints).toEqual([])
  } finally {
    await guide[Symbol.asyncDispose]()
  }
})

function aMinute(beginning: number, minute: number): ProcessEvent[] {
  return Array.from({ length: 1_000 }, (_, index): ProcessEvent[] => {
    const id = minute * 1_000 + index + 1
    const at = beginning + id * 60 - 60
    const request = { type: 'request', id } as const
    const task = { type: 'task', id, name: 'sendWelcomeEmail', request: id } as const
    return [
      { ...request, at, status: 'arrived', method: 'POST', path: '/signup' },
      { ...task, at, status: 'waiting', args: `"${id}@example.org"` },
      { ...request, at: at + 2, status: 'answered', code: 200 },
      { ...request, at: at + 3, status: 'sent' },
      { ...task, at: at + 3, status: 'running' },
      { ...task, at: at + 40, status: 'succeeded' },
      { type: 'alive', from: at, to: at + 60 },
    ]
  }).flat()
}

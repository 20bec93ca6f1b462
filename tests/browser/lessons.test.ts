/** The lessons as a learner sees them: in a real Chromium, over real ports. */
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
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'

import { lessons } from '../../lessons'
import { hasRedis, RedisServer } from '../core/queue/redis'
import { hasNoBrowser, openBrowser } from '../support/browser'
import { bitmap } from '../support/picture'
import { freePort, freePorts, Program, startLesson } from '../support/program'
import { beginningOfASecond, until } from '../support/until'

setDefaultTimeout(30_000)
const browserTest = test.skipIf(hasNoBrowser)
const quick = { POLL_EVERY: '300ms', SLOW_DELAY: '600', SLOW_PAUSE: '20' }

let browser: Browser
let page: Page
/** What must stay empty: messages on the browser's console, and requests to anywhere but this machine. */
let complaints: string[]

beforeAll(async () => {
  if (!hasNoBrowser) browser = await openBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  if (hasNoBrowser) return
  await page?.context().close()
  page = await (await browser.newContext()).newPage()
  complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url())
    if (hostname !== '127.0.0.1' && protocol !== 'data:') complaints.push(request.url())
  })
})

browserTest('lesson 1: the page is complete before the counter is', async () => {
  await using lesson = await startLesson(1, quick)

  await page.goto(lesson.address)

  expect(await page.locator('h1').textContent()).toBe('Simple Background Task Example')
  await lesson.says('app | 1')
  expect(lesson.output).not.toContain('app | 4')
  expect(complaints).toEqual([])
  lesson.signal('SIGKILL') // asked to stop, it would count to the end
})

browserTest(
  'lesson 1: while a task blocks, who pressed is answered and the next visitor waits',
  async () => {
    await using lesson = await startLesson(1, quick)
    await page.goto(lesson.address)

    await page.getByRole('button', { name: 'Block for one second' }).click()

    const row = (name: string) => page.locator('li', { hasText: name })
    await row('Who pressed').getByText('answered').waitFor()
    await row('The next visitor').getByText('waiting').waitFor()
    await row('The next visitor').getByText('answered').waitFor()
    await lesson.says('block held the event loop')
    expect(complaints).toEqual([])
    lesson.signal('SIGKILL') // asked to stop, it would count to the end
  },
)

browserTest('lesson 2: a row appears at the press and is done without a reload', async () => {
  await using lesson = await startLesson(2, quick)
  await page.goto(lesson.address)

  await page.getByRole('button', { name: 'Press to call slow service' }).click()

  await page.getByText(/^Request submitted at: \d\d:\d\d:\d\d$/).waitFor()
  await page.locator('li', { hasText: 'No. 1:' }).getByText('waiting').waitFor()
  await page.locator('li', { hasText: 'No. 1:' }).getByText('done').waitFor()
  await page.getByText('answered at').first().waitFor()
  expect(complaints).toEqual([])
})

browserTest(
  'lesson 2: three presses are three rows, and one where the time is the key',
  async () => {
    await using lesson = await startLesson(2, quick)
    await page.goto(lesson.address)
    const list = (name: string) => page.locator('section', { hasText: name }).locator('li')
    await beginningOfASecond()

    // In one go: faster than the first answer can be there.
    await page.getByRole('button').evaluate((button) => {
      for (let press = 0; press < 3; press++) (button as HTMLElement).click()
    })

    await list('A key of its own').getByText('done').nth(2).waitFor()
    await list('Key: the time in seconds').getByText('done').waitFor()
    await until('two have failed', () => lesson.errors.match(/addBySecond failed/g)?.length === 2)
    expect(await list('A key of its own').count()).toBe(3)
    expect(await list('Key: the time in seconds').count()).toBe(1)
    expect(complaints).toEqual([])
  },
)

browserTest('lesson 2: without the service, the row says so', async () => {
  const port = freePort()
  const env = { ...quick, PORT: String(port), SLOW_PORT: String(freePort()) }
  await using app = await new Program(['lessons/02-slow-api/app.tsx'], env).says('Ready')
  await page.goto(`http://127.0.0.1:${port}`)

  await page.getByRole('button').click()

  await page.getByText('failed', { exact: true }).waitFor()
  expect(await page.locator('li').textContent()).toContain('The service is not running')
  await app.says('callSlowService failed:')
  expect(complaints).toEqual([])
})

browserTest('lesson 3: both mails of a signup are in the inbox', async () => {
  await using lesson = await startLesson(3, quick)
  await page.goto(lesson.inbox)
  const form = await page.context().newPage()

  await signUp(form, lesson.address, 'ada', 'ada@example.org')

  await form.getByText('succeeded').nth(1).waitFor()
  expect(await form.locator('h1').textContent()).toBe('Signup successful!')
  await page.getByText('Your account is complete.').waitFor() // without a reload
  await page.getByText('ada has signed up.').waitFor()
  expect(complaints).toEqual([])
})

browserTest(
  'lesson 3: a refused mail is a success page with a failed and a skipped task',
  async () => {
    await using lesson = await startLesson(3, quick)

    await signUp(page, lesson.address, 'ada', 'ada@bounce.test')

    expect(await page.locator('h1').textContent()).toBe('Signup successful!')
    const [first, second] = [page.locator('li').first(), page.locator('li').nth(1)]
    await first.getByText('failed', { exact: true }).waitFor()
    await second.getByText('skipped', { exact: true }).waitFor()
    expect(await first.textContent()).toContain('550 no such mailbox')
    await page.goto(lesson.inbox)
    await page.getByText('No mail yet.').waitFor()
    expect(complaints).toEqual([])
  },
)

browserTest('lesson 3: markup in a name is text in every page', async () => {
  await using lesson = await startLesson(3, quick)
  const name = '<img src=x onerror=alert(1)>'

  await signUp(page, lesson.address, name, 'mallory@example.org')

  await page.getByText(`Welcome, ${name}.`).waitFor()
  await page.getByText('succeeded').nth(1).waitFor()
  expect(await page.locator('img').count()).toBe(0)
  await page.goto(lesson.inbox)
  await page.getByText(`${name} has signed up.`).waitFor()
  expect(await page.locator('img').count()).toBe(0)
  expect(complaints).toEqual([])
})

describe('lesson 4', () => {
  const milliseconds = (id: string) =>
    page
      .locator(id)
      .textContent()
      .then((text) => parseInt(text ?? '', 10))

  browserTest('the ping freezes with the first button and not with the second', async () => {
    await using lesson = await startLesson(4, quick)
    await page.goto(lesson.address)
    await until('a ping is answered', async () => (await milliseconds('#ping-now')) >= 0)

    await page.getByRole('button', { name: 'On the event loop' }).click()
    await page.locator('li', { hasText: 'tasks.countPrimes' }).getByText('succeeded').waitFor()
    await lesson.says('[background] countPrimes held the event loop')
    const work = Number(/loop for (\d+) ms/.exec(lesson.errors)?.[1])
    expect(await milliseconds('#ping-longest')).toBeGreaterThan(work / 2)

    await page.getByRole('button', { name: 'On workers' }).click()
    await page.locator('li', { hasText: 'pool.countPrimes' }).getByText('succeeded').waitFor()
    expect(await milliseconds('#ping-longest')).toBeLessThan(work / 2)
    expect(complaints).toEqual([])
  })

  browserTest('the figure grows while the server cannot answer', async () => {
    await using lesson = await startLesson(4, { ...quick, PRIMES_UP_TO: '15000000' })
    await page.goto(lesson.address)
    await until('a ping is answered', async () => (await milliseconds('#ping-now')) >= 0)

    await page.getByRole('button', { name: 'On the event loop' }).click()

    await until('the wait is shown', async () => (await milliseconds('#ping-now')) > 300)
    expect(lesson.output).not.toContain('primes up to')
    await page.locator('dd.slow').first().waitFor()
    await page.getByText('succeeded').waitFor()
    await until('the ping is back', async () => (await milliseconds('#ping-now')) < 300)
    expect(complaints).toEqual([])
  })

  browserTest('a crash is a failed task with its reason, and the page lives on', async () => {
    await using lesson = await startLesson(4, { ...quick, PRIMES_UP_TO: '1000' })
    await page.goto(lesson.address)

    await page.getByRole('button', { name: 'Crash a worker' }).click()

    const crash = page.locator('li', { hasText: 'pool.crash()' })
    await crash.getByText('failed', { exact: true }).waitFor()
    expect(await crash.textContent()).toContain('its worker exited with code 3.')
    await page.getByRole('button', { name: 'On workers' }).click()
    await page.locator('li', { hasText: 'pool.countPrimes' }).getByText('succeeded').waitFor()
    expect(complaints).toEqual([])
  })

  browserTest('pictures become thumbnails, and what is none is named', async () => {
    await using lesson = await startLesson(4, quick)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(lesson.address)

    await page.getByLabel('Pictures').setInputFiles([
      {
        name: `${'sea'.repeat(40)}.bmp`,
        mimeType: 'image/bmp',
        buffer: Buffer.from(bitmap(900, 600)),
      },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
    ])
    await page.getByRole('button', { name: 'Make thumbnails' }).click()

    await page.getByText('We cannot read notes.txt.').waitFor()
    await page.getByText('100 %').waitFor()
    const thumbnails = page.locator('.thumbnails img')
    const widths = () =>
      thumbnails.evaluateAll((images) =>
        images.map((image) => (image as HTMLImageElement).naturalWidth).sort((a, b) => a - b),
      )
    await until('all are there', async () => (await widths()).join() === '32,64,128,256')
    expect(
      await page.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).position),
    ).toBe(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(complaints).toEqual([expect.stringContaining('422')])
  })

  browserTest('what is too large is not even sent', async () => {
    await using lesson = await startLesson(4, quick)
    await page.goto(lesson.address)
    const field = page.getByLabel('Pictures')
    const problem = () => field.evaluate((input) => (input as HTMLInputElement).validationMessage)
    const file = (size: number) => ({
      name: 'large.png',
      mimeType: 'image/png',
      buffer: Buffer.alloc(size),
    })

    await field.setInputFiles([file(10_000_001)])
    expect(await problem()).toBe('Up to 10 pictures, each of up to 10 MB.')
    await field.setInputFiles(Array.from({ length: 11 }, () => file(1)))
    expect(await problem()).toBe('Up to 10 pictures, each of up to 10 MB.')
    await field.setInputFiles([file(10_000_000)])
    expect(await problem()).toBe('')
  })
})

browserTest(
  'lesson 5: killed with -9, the program comes back and loses no stored mail',
  async () => {
    await using lesson = await startLesson(5, { ...quick, MAIL_TAKES: '200', REDIS_URL: '' })
    await page.goto(lesson.address)
    const welcome = page.getByRole('row', { name: 'welcome' })

    await page.getByRole('button', { name: 'Add 50 signups' }).click()
    await page.getByText('50 signups stored.').waitFor()
    await page.getByText('succeeded').first().waitFor()
    await page.getByRole('button', { name: 'Kill the program with -9' }).click()

    await page.getByText(/^kill -9 \d+$/).waitFor()
    await lesson.says('It is started again.')
    // Without a reload: the page goes on asking while nobody answers.
    await welcome.getByRole('cell').nth(2).getByText('50', { exact: true }).waitFor()
    const cells = await welcome.getByRole('cell').allTextContents()
    expect(cells.slice(0, 5)).toEqual(['50', '0', '50', '0', '0'])
    expect(Number(cells[5])).toBeGreaterThanOrEqual(1)
    expect(complaints.filter((one) => !/ERR_CONNECTION|Failed to fetch/.test(one))).toEqual([])
  },
)

describe.skipIf(!hasRedis)('lesson 5 on Redis', () => {
  let redis: RedisServer
  let onRedis: Record<string, string>
  beforeEach(async () => {
    redis = await new RedisServer().start()
    const file = join(redis.folder, 'queue.sqlite')
    onRedis = { ...quick, MAIL_TAKES: '200', QUEUE_FILE: file, REDIS_URL: redis.url }
  })
  afterEach(() => redis[Symbol.asyncDispose]())

  browserTest('the broker is stopped, its way back is counted down, nothing is lost', async () => {
    await using lesson = await startLesson(5, { ...onRedis, BROKER_AWAY: '4000' })
    await page.goto(lesson.address)
    const welcome = page.getByRole('row', { name: 'welcome' })
    await page.getByRole('button', { name: 'Add 50 signups' }).click()
    await page.getByText('50 signups stored.').waitFor()
    await page.getByText('running').first().waitFor()

    await page.getByRole('button', { name: 'Stop the broker' }).click()

    await page.getByText('Stopped: for 4 s it answers nobody.').waitFor()
    await page.getByText('The broker is away, back in 3 s.').waitFor()
    await page.getByText('The broker is away, back in 1 s.').waitFor()
    await page.getByText('The broker is away').waitFor({ state: 'detached' })
    await welcome.getByRole('cell').nth(2).getByText('50', { exact: true }).waitFor()
    const cells = await welcome.getByRole('cell').allTextContents()
    expect(cells.slice(0, 5)).toEqual(['50', '0', '50', '0', '0'])
    expect(complaints).toEqual([])
  })

  browserTest('the dashboard is a press away, and complete without a network', async () => {
    await using lesson = await startLesson(5, onRedis)
    await page.goto(lesson.address)
    await page.getByRole('button', { name: 'Add a job that fails' }).click()
    await page.getByText('Stored: a job that fails every time.').waitFor()

    await page.getByRole('link', { name: 'dashboard' }).click()

    await page.getByRole('link', { name: 'signup' }).first().click()
    await page.getByText('@bounce.test').first().waitFor()
    expect(complaints).toEqual([])
  })
})

browserTest(
  'lesson 5: the jobs are on a wide screen, and on a phone the numbers come first',
  async () => {
    await using lesson = await startLesson(5, { ...quick, MAIL_TAKES: '500', REDIS_URL: '' })
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(lesson.address)
    await page.getByRole('button', { name: 'Add 50 signups' }).click()
    const top = async (selector: string) =>
      (await page.locator(selector).first().boundingBox())?.y ?? Infinity

    await page.locator('.jobs li').nth(4).waitFor()
    expect(await top('.jobs li:nth-child(4)')).toBeLessThan(800)
    expect(await top('text=Count from 0')).toBeLessThan(900)

    await page.setViewportSize({ width: 400, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
    expect(await top('.counts')).toBeLessThan(await top('button'))
    expect(await top('button')).toBeLessThan(await top('.jobs'))

    await page.getByRole('button', { name: 'Count from 0' }).click()
    await page.getByText('Counted from 0 again.').waitFor()
    const numbers = page.getByRole('row', { name: 'welcome' }).getByRole('cell')
    await until('they are 0', async () => /^0+$/.test((await numbers.allTextContents()).join('')))
    expect(complaints).toEqual([])
  },
)

browserTest('a page says that its server has stopped, and forgets it when it is back', async () => {
  const ports = freePorts()
  const start = () =>
    new Program(['lessons/03-ordered-tasks/mail-catcher.tsx'], { ...quick, ...ports })
  await using first = await start().says('Ready')
  await page.goto(`http://127.0.0.1:${ports.INBOX_PORT}`)
  const notice = page.getByText('The server does not answer: it has stopped.')
  await page.waitForRequest(/\/mails$/)
  expect(await notice.isVisible()).toBe(false)

  first.signal('SIGKILL')
  await first.ended()
  await notice.waitFor()
  expect(await page.getByRole('alert').isVisible()).toBe(true)

  await using second = await start().says('Ready')
  await notice.waitFor({ state: 'hidden' })
  expect(second.errors).toBe('')
})

browserTest('lesson 3: what was typed is kept, is not bold, and headers stay open', async () => {
  await using lesson = await startLesson(3, quick)

  await signUp(page, lesson.address, '   ', 'ada@example.org')

  await page.getByText('We need a name and an email address.').waitFor()
  const email = page.getByLabel('Email')
  expect(await email.inputValue()).toBe('ada@example.org')
  expect(await email.evaluate((field) => getComputedStyle(field).fontWeight)).toBe('400')
  await page.getByLabel('Name').fill('Ada')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByText('succeeded').nth(1).waitFor()
  await page.getByRole('link', { name: 'To the inbox' }).click()
  const headers = page.getByText('To: ada@example.org')
  await page.getByText('Your account is complete.').waitFor()
  expect(await headers.isVisible()).toBe(false)
  await page.locator('li', { hasText: 'Welcome!' }).getByText('Headers').click()
  await headers.waitFor()
  // Through two updates of the list.
  for (let update = 0; update < 2; update++) await page.waitForResponse(/\/mails$/)
  await page.waitForRequest(/\/mails$/)
  expect(await headers.isVisible()).toBe(true)
  expect(complaints).toEqual([expect.stringContaining('422')])
})

browserTest('a script that gets into a page does not run', async () => {
  await using lesson = await startLesson(2, quick)
  await page.goto(lesson.address)

  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "theirs"'
    document.body.append(script)
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="document.title = 1">')
  })

  await until('both are refused', () => complaints.length >= 2)
  expect(complaints.filter((one) => one.includes('Content Security Policy'))).toHaveLength(2)
  expect(await page.title()).toBe('Background Task Dashboard')
})

browserTest('a page of a lesson is in no frame but that of GUIDE_ORIGIN', async () => {
  using guide = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) =>
      new Response(`<iframe src="${new URL(url).searchParams.get('page')}"></iframe>`, {
        headers: { 'content-type': 'text/html' },
      }),
  })
  const isShown = async (address: string) => {
    await page.goto(`${guide.url.origin}?page=${encodeURIComponent(address)}`)
    // Where it is refused, there is a page of the browser in its place.
    return (await page.frames()[1]?.locator('.lesson').count()) === 1
  }
  await using closed = await startLesson(2, quick)
  // This one has no guide of its own: there is somebody else at its port.
  const elsewhere = { GUIDE_PORT: String(guide.port), GUIDE_ORIGIN: guide.url.origin }
  await using open = await startLesson(2, { ...quick, ...elsewhere })

  expect(await isShown(closed.address)).toBe(false)
  expect(await isShown(open.address)).toBe(true)
  await page.frames()[1]?.getByRole('button').click()
  await page.frames()[1]?.getByText('done').first().waitFor()
})

browserTest('each page names its lesson and the command that comes next', async () => {
  for (const { number, title } of lessons.filter(({ number: one }) => one !== 1)) {
    await using lesson = await startLesson(number, { ...quick, REDIS_URL: '' })

    await page.goto(lesson.address)

    expect(await page.locator('.lesson').textContent()).toBe(`Lesson ${number}: ${title}`)
    expect(await page.locator('footer code').textContent()).toBe(`bun run kit work ${number}`)
  }
})

browserTest('waiting and running are told apart without colours', async () => {
  await using lesson = await startLesson(2, quick)
  await page.goto(lesson.address)
  const shape = (status: string) =>
    page.evaluate((name) => {
      const mark = document.createElement('span')
      mark.className = `status ${name}`
      document.body.append(mark)
      const { backgroundImage, borderRadius } = getComputedStyle(mark, '::before')
      return `${backgroundImage.split('(')[0]}, ${borderRadius}`
    }, status)

  expect(await shape('waiting')).toBe('none, 50%')
  expect(await shape('running')).toBe('linear-gradient, 50%')
})

browserTest('a row keeps its height when its status changes', async () => {
  await using lesson = await startLesson(2, { ...quick, SLOW_DELAY: '1500' })
  await page.setViewportSize({ width: 400, height: 800 })
  await page.goto(lesson.address)
  const row = page.locator('li').first()
  const height = async () => (await row.boundingBox())!.height

  await page.getByRole('button').click()
  await row.getByText('waiting').waitFor()
  const waiting = await height()
  await row.getByText('done').waitFor()
  expect(await height()).toBe(waiting)

  // With calls of any length before them, all that a task can be are as wide.
  const heights = await row.evaluate((item) => {
    const [call, status] = [...item.children]
    const words = ['waiting', 'running', 'succeeded', 'failed', 'skipped']
    return Array.from({ length: 40 }, (_, length) => {
      call!.textContent = 'm'.repeat(length)
      const seen = words.map((word) => {
        status!.className = `status ${word}`
        status!.textContent = word
        return item.getBoundingClientRect().height
      })
      return new Set(seen).size
    })
  })
  expect(heights).toEqual(heights.map(() => 1))
})

browserTest('a page that asks for nothing sees that its server has stopped', async () => {
  const ports = freePorts()
  const start = () => new Program(['lessons/01-simple-counter/app.tsx'], { ...quick, ...ports })
  await using first = await start().says('Ready')
  await page.goto(`http://127.0.0.1:${ports.PORT}`)
  const notice = page.getByText('The server does not answer: it has stopped.')
  const comeBack = () => page.evaluate(() => dispatchEvent(new Event('focus')))

  await Promise.all([page.waitForResponse(/gone\.js$/), comeBack()])
  expect(await notice.isVisible()).toBe(false)
  first.signal('SIGKILL')
  await first.ended()
  await comeBack()
  await notice.waitFor()

  await using second = await start().says('Ready')
  await comeBack()
  await notice.waitFor({ state: 'hidden' })
  second.signal('SIGKILL') // asked to stop, it would count to the end
})

browserTest('on a phone, no page is wider than the screen', async () => {
  await using lesson = await startLesson(3, quick)
  await page.setViewportSize({ width: 390, height: 844 })
  const email = `${'a'.repeat(60)}@example.org`

  await signUp(page, lesson.address, 'm'.repeat(40), email)

  await page.getByText('succeeded').nth(1).waitFor()
  const width = () => page.evaluate(() => document.documentElement.scrollWidth)
  expect(await width()).toBe(390)
  await page.goto(lesson.inbox)
  await page.getByText('Your account is complete.').waitFor()
  expect(await width()).toBe(390)
})

async function signUp(on: Page, address: string, name: string, email: string): Promise<void> {
  await on.goto(address)
  await on.getByLabel('Name').fill(name)
  await on.getByLabel('Email').fill(email)
  await on.getByRole('button', { name: 'Sign up' }).click()
}

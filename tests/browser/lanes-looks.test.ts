/** How the lanes look in a real Chromium: with the colours of a system, on a phone, for a projector, and when nothing happens. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { LanesPage } from '../kit/lanes/page'
import { stories } from '../kit/lanes/scenes'
import { hasNoBrowser, openBrowser } from '../support/browser'

setDefaultTimeout(60_000)
const browserTest = test.skipIf(hasNoBrowser)
const desk = { width: 1280, height: 900 }
const phone = { width: 400, height: 800 }

let browser: Browser
let page: Page
let server: LanesPage

beforeAll(async () => {
  if (hasNoBrowser) return
  server = new LanesPage()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

browserTest.each(['light', 'dark'] as const)(
  'with the colours of a %s system, marks have that of its text, and hatches stay',
  async (colorScheme) => {
    await using _ = await open('all there is', { forcedColors: 'active', colorScheme })
    const looks = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('p'))
      const colourOf = (name: string) => {
        probe.style.color = name
        return getComputedStyle(probe).color
      }
      const styles = (selector: string) =>
        [...document.querySelectorAll(selector)].map((mark) => getComputedStyle(mark))
      return {
        text: colourOf('CanvasText'),
        ground: colourOf('Canvas'),
        solid: styles('.plot .marks :is(.fill-good, .fill-accent)').map(({ fill }) => fill),
        outlines: styles('.plot :is(.failed, .running, .hole, .skipped, .beat)').map(
          ({ stroke }) => stroke,
        ),
        labels: styles('.plot .texts tspan').map(({ fill }) => fill),
        grounds: styles('.plot .grounds rect').map(({ fill }) => fill),
        hatched: styles('.plot :is(.failed, .running, .curtain)').map(({ fill }) => fill),
        hatches: styles('.patterns :is(.fill-bad, .fill-busy, .fill-hole-edge)').map(
          ({ fill }) => fill,
        ),
      }
    })

    const { text, ground, solid, outlines, labels, grounds, hatched, hatches } = looks
    expect(text).not.toBe(ground)
    for (const some of [solid, outlines, labels, hatches]) {
      expect(some.length).toBeGreaterThan(0)
      expect(new Set(some)).toEqual(new Set([text]))
    }
    expect(new Set(grounds)).toEqual(new Set([ground]))
    expect(new Set(hatched)).toEqual(
      new Set(['url("#lanes-failed")', 'url("#lanes-running")', 'url("#lanes-hole")']),
    )
  },
)

browserTest('on a phone, no word ends outside of its card, and each row is a target', async () => {
  await using _ = await open('all there is', { viewport: phone })
  for (const [index, { title }] of stories.entries()) {
    await page.goto(`${server.url}?scene=${index}`)
    await page.locator('.card').or(page.locator('.empty')).first().waitFor()

    const [outside, low] = await page.evaluate(() => {
      const cards = [...document.querySelectorAll('.card')]
      const words = cards.flatMap((card) => {
        const { left, right } = card.getBoundingClientRect()
        return [...card.querySelectorAll('text')].filter((text) => {
          const box = text.getBoundingClientRect()
          return box.left < left || box.right > right
        })
      })
      const targets = [...document.querySelectorAll('.target, .tools button')]
      return [
        words.map(({ textContent }) => textContent),
        targets.map((target) => target.getBoundingClientRect().height).filter((y) => y < 44),
      ]
    })

    expect(outside, title).toEqual([])
    expect(low, title).toEqual([])
  }
})

browserTest('on a phone, an error can be read to its end', async () => {
  await using _ = await open('one request of 1 ms', { viewport: phone })
  const at = await page.evaluate(() => Date.now())
  const task = { process: 'app', type: 'task', id: 91, name: 'sendWelcomeEmail' } as const
  const request = { process: 'app', type: 'request', id: 90 } as const
  const error = "Can't send mail - all recipients were rejected: 550 no such mailbox"

  server.tell([
    { n: 101, ...request, at, status: 'arrived', method: 'POST', path: '/signup' },
    { n: 102, ...task, at, status: 'waiting', request: 90 },
    { n: 103, ...request, at: at + 4, status: 'sent' },
    { n: 104, ...task, at: at + 4, status: 'running' },
    { n: 105, ...task, at: at + 304, status: 'failed', error },
  ])

  const card = page.locator('.card', { hasText: 'POST /signup' })
  await card.getByText('no such mailbox').waitFor()
  const words = (await card.locator('.texts text').allTextContents()).join(' ')
  expect(words.replaceAll(/ +/g, ' ')).toContain(error)
})

browserTest('for a projector, a good run and a failed one are whole', async () => {
  const viewport = { width: 1920, height: 1080 }
  await using _ = await open('a good run and a failed one', { viewport }, '&present')

  const [rest, bottom] = await page.evaluate(() => {
    const scroll = document.querySelector('.scroll')!
    const lanes = document.querySelector('#lanes')!
    return [scroll.scrollHeight - scroll.clientHeight, lanes.getBoundingClientRect().bottom]
  })
  expect(rest).toBe(0)
  expect(bottom).toBeLessThan(1080 * 0.7)
})

browserTest('before the first request, it is said what to do', async () => {
  await using _ = await open('nothing but a start')

  await page.getByText('No request yet. Use the app').waitFor()
  await page.locator('.plot text', { hasText: 'app is ready' }).waitFor()
  const at = await page.evaluate(() => Date.now())
  const request = { process: 'app', type: 'request', id: 90, at } as const
  server.tell([{ n: 101, ...request, status: 'arrived', method: 'POST', path: '/signup' }])
  await page.getByText('No request yet').waitFor({ state: 'hidden' })
})

browserTest('when nothing happens, nothing is drawn anew but for how long that is', async () => {
  await using _ = await open('idle for half a minute')
  await page.locator('.plot text', { hasText: /idle \d+ s/ }).waitFor()

  const changed = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const found = new Set<string>()
        let seconds = 0
        const observer = new MutationObserver((changes) => {
          for (const { type, target, addedNodes, attributeName, oldValue } of changes) {
            const now = attributeName && (target as Element).getAttribute(attributeName)
            if (type === 'attributes' && now === oldValue) continue
            found.add(`${type} ${addedNodes[0]?.textContent?.replace(/\d+/, 'n')}`)
            seconds++
          }
          if (seconds >= 3) resolve([...found])
        })
        observer.observe(document.querySelector('#lanes')!, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
          attributeOldValue: true,
        })
      }),
  )

  expect(changed).toEqual(['childList idle n s'])
})

browserTest('what is pointed at is told in words that do not part from their names', async () => {
  await using _ = await open('a good run and a failed one', {
    viewport: { width: 1000, height: 800 },
  })

  await page.locator('.plot').press('ArrowRight')
  await page.locator('.plot').press('ArrowDown')
  await page.locator('.details h3', { hasText: 'sendWelcomeEmail' }).waitFor()

  expect(await page.locator('.details dl > div').count()).toBeGreaterThan(3)
  const parted = await page.locator('.details dl > div').evaluateAll((facts) =>
    facts
      .filter((fact) => {
        const [name, value] = [...fact.children].map((part) => part.getBoundingClientRect())
        return Math.abs(name!.top - value!.top) > 4
      })
      .map((fact) => fact.textContent),
  )
  expect(parted).toEqual([])
})

async function open(title: string, options: BrowserContextOptions = {}, more = '') {
  const context = await browser.newContext({ viewport: desk, ...options })
  page = await context.newPage()
  const index = stories.findIndex((one) => one.title === title)
  await page.goto(`${server.url}?scene=${index}${more}`)
  const drawn = page.locator('.plot svg text').first()
  const hasRequests = stories[index]!.scene().requests.length > 0
  await (hasRequests ? drawn : drawn.or(page.locator('.empty')).first()).waitFor()
  return { [Symbol.asyncDispose]: () => context.close() }
}

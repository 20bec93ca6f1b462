import { afterEach, expect, jest, spyOn, test } from 'bun:test'

import { app, counter } from '../../lessons/01-simple-counter/app'
import { until } from '../support/until'

afterEach(() => jest.restoreAllMocks())

test('the counter prints 0 to 4 and sleeps i seconds after printing i', async () => {
  const steps: string[] = []
  spyOn(console, 'log').mockImplementation((i: number) => void steps.push(`print ${i}`))
  spyOn(Bun, 'sleep').mockImplementation(async (milliseconds) => {
    steps.push(`sleep ${String(milliseconds)}`)
  })

  await counter(5)

  expect(steps).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`print ${i}`, `sleep ${i * 1000}`]))
})

test('the page is complete while the counter is still to run', async () => {
  const log = spyOn(console, 'log').mockImplementation(() => {})
  const asleep = Promise.withResolvers<void>()
  spyOn(Bun, 'sleep').mockImplementation(() => asleep.promise)

  const page = await app.handle(new Request('http://localhost/'))
  const html = await page.text()

  expect(page.status).toBe(200)
  expect(html).toContain('<h1>Simple Background Task Example</h1>')
  expect(app.decorator.background.pending).toBe(1)

  asleep.resolve()
  await app.decorator.background.idle()
  expect(log.mock.calls).toEqual([[0], [1], [2], [3], [4]])
})

test('two visits count side by side', async () => {
  const log = spyOn(console, 'log').mockImplementation(() => {})
  const asleep = Promise.withResolvers<void>()
  const sleep = spyOn(Bun, 'sleep').mockImplementation(() => asleep.promise)

  await Promise.all([
    app.handle(new Request('http://localhost/')),
    app.handle(new Request('http://localhost/')),
  ])
  await until('both counters sleep', () => sleep.mock.calls.length === 2)

  expect(log.mock.calls).toEqual([[0], [0]])
  asleep.resolve()
  await app.decorator.background.idle()
})

test('a task that blocks lets its own visitor go, and holds up the next one', async () => {
  const events: string[] = []
  spyOn(Bun, 'sleepSync').mockImplementation((milliseconds) => {
    events.push(`blocks for ${milliseconds} ms`)
  })
  spyOn(console, 'warn').mockImplementation(() => {})

  const pressed = await app.handle(new Request('http://localhost/block', { method: 'POST' }))
  const rows = await pressed.text()
  events.push('answered')
  await app.decorator.background.idle()
  const next = await (await app.handle(new Request('http://localhost/next'))).text()

  expect(events).toEqual(['answered', 'blocks for 1000 ms'])
  expect(rows).toContain('hx-get="/next" hx-trigger="load"')
  expect(rows).toContain('waiting')
  expect(next).toContain('answered')
})

test('the page needs nothing from anywhere else', async () => {
  spyOn(console, 'log').mockImplementation(() => {})
  spyOn(Bun, 'sleep').mockImplementation(async () => {})
  const html = await (await app.handle(new Request('http://localhost/'))).text()
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)

  expect(addresses).toEqual(['data:,', '/page.css', '/htmx.js', '/gone.js'])
  for (const address of ['/page.css', '/htmx.js', '/gone.js']) {
    const answer = await app.handle(new Request(`http://localhost${address}`))
    expect(answer.status).toBe(200)
    expect((await answer.text()).length).toBeGreaterThan(100)
  }
  await app.decorator.background.idle()
})

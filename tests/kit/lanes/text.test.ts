/** The lanes as text. */
import { describe, expect, test } from 'bun:test'

import { columns } from '../../../lessons/kit/lanes/columns'
import { requestAsText, sceneAsText } from '../../../lessons/kit/lanes/text'
import { inMilliseconds, shortName } from '../../../lessons/kit/lanes/words'
import { stories } from './scenes'
import { beginning } from './story'

const failed = stories.find(({ title }) => title === 'a good run and a failed one')!.scene()
const [goodRun] = failed.requests.filter(({ isPoll }) => !isPoll)
const badRun = failed.requests.findLast(({ isPoll }) => !isPoll)!

test('a request and its tasks are on one linear scale', () => {
  expect(requestAsText(badRun, 80, { colour: false }).split('\n')).toEqual([
    'request  POST /signup      |█ 200 4 ms',
    `task     sendWelcomeEmail  |${'▒'.repeat(22)}✗ 300 ms  550 no such mailbox`,
    `task     notifyAdmin       |${' '.repeat(22)}· never started`,
    `${' '.repeat(28)}stopped by sendWelcomeEmail`,
  ])
})

test('a task that waited for its turn begins later, and says when', () => {
  const [, first = '', second = ''] = requestAsText(goodRun!, 80, { colour: false }).split('\n')

  expect(first).toContain('▓ ✓ 262 ms')
  expect(second).toContain('✓ 233 ms, from 266 ms')
  expect(second.indexOf('▓')).toBe(first.lastIndexOf('▓') + 1)
})

test('at 40 columns the words stand above the bars', () => {
  expect(requestAsText(badRun, 40, { colour: false }).split('\n')).toEqual([
    'POST /signup 200 4 ms',
    '|█',
    'sendWelcomeEmail ✗ 300 ms',
    '  550 no such mailbox',
    `| ${'▒'.repeat(37)}`,
    'notifyAdmin · never started',
    '  stopped by sendWelcomeEmail',
    `|${' '.repeat(38)}·`,
  ])
})

test('colour is asked for, and adds nothing but colour', () => {
  const coloured = requestAsText(badRun, 80, { colour: true })

  expect(coloured).toContain('\u001b[31m')
  expect(Bun.stripANSI(coloured)).toBe(requestAsText(badRun, 80, { colour: false }))
})

test('who has waited is drawn with what it may have waited', () => {
  const scene = stories.find(({ title }) => title === 'all there is')!.scene()
  const ping = scene.requests.find(({ path }) => path === '/ping')!

  expect(requestAsText(ping, 80, { colour: false })).toMatch(
    /^request {2}GET \/ping {2}\|·+█ 200 waited up to 1,023 ms$/,
  )
})

describe.each(stories.map((story) => [story.title, story] as const))('%s', (_, story) => {
  test.each([80, 64, 40, 24])('is at most %d columns wide', (width) => {
    const text = sceneAsText(story.scene(), width, { colour: false, now: beginning + story.end })

    for (const line of text.split('\n')) expect(columns(line)).toBeLessThanOrEqual(width)
  })

  test('has nothing in it that a terminal obeys', () => {
    const text = sceneAsText(story.scene(), 80)

    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u)
  })
})

test('all of a scene is in its text', () => {
  const text = sceneAsText(stories.find(({ title }) => title === 'all there is')!.scene(), 120)

  for (const fact of [
    'event loop of app: blocked for 1,023 ms',
    'event: mail server down',
    'polling: GET /tasks × 11',
    'Worker 2 of app: crash ✗ 180 ms (exited, code 3); exited, code 3',
    'attempt 1 ✗ 300 ms (no); attempt 2 ✓ 510 ms',
  ])
    expect(text).toContain(fact)
})

test('a long name is cut in its middle', () => {
  expect(shortName('recalculateEveryInvoiceOfTheLastYear')).toBe('recalculateEve…OfTheLastYear')
  expect(shortName('x'.repeat(28))).toBe('x'.repeat(28))
})

test('figures are in milliseconds', () => {
  expect([0, 0.02, 0.4, 0.96, 4.4, 1_023, -1_000].map(inMilliseconds)).toEqual([
    '0 ms',
    '0.1 ms',
    '0.4 ms',
    '1 ms',
    '4 ms',
    '1,023 ms',
    '−1,000 ms',
  ])
})

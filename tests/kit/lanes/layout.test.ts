/** The lanes as places, without a browser: what must be so in every scene, at every width, at every time. */
import { describe, expect, test } from 'bun:test'

import { stretchesOf } from '../../../lessons/kit/lanes/browser/activity'
import { card } from '../../../lessons/kit/lanes/browser/card'
import { compare, lastTwo } from '../../../lessons/kit/lanes/browser/compare'
import { layout, Memory } from '../../../lessons/kit/lanes/browser/layout'
import { type Box, boxOf, type Picture } from '../../../lessons/kit/lanes/browser/picture'
import { State } from '../../../lessons/kit/lanes/browser/state'
import { narrow, present, zoomSteps } from '../../../lessons/kit/lanes/browser/view'
import { zoomFor } from '../../../lessons/kit/lanes/browser/zoom'
import type { Scene } from '../../../lessons/kit/lanes/scene'
import { stories } from './scenes'
import { beginning, Story } from './story'
import { measure, named, textOf, textsOf, viewOf } from './views'

const widths = [720, 1080, 1280, 1920]

for (const story of stories)
  describe(story.title, () => {
    test('no two labels overlap, at any width', () => {
      for (const width of [400, ...widths])
        for (const picture of picturesOf(story, width)) expect(overlapsIn(picture)).toEqual([])
    })

    test('no two labels overlap, at any zoom', () => {
      for (const zoom of zoomSteps)
        expect(
          overlapsIn(layout(story.scene(), viewOf(story.end, 1280, zoom), new Memory())),
        ).toEqual([])
    })

    test('a bar is as long as its time', () => {
      for (const width of widths)
        for (const picture of picturesOf(story, width))
          for (const bar of picture.body.bars) {
            if (bar.state === 'skipped' || bar.isShort || bar.isCut) continue
            const time = (bar.to - bar.from) * picture.scale
            expect(bar.width, `${bar.key} ${bar.state}`).toBeCloseTo(
              Math.min(time, picture.width - bar.x),
              3,
            )
          }
    })

    test('nothing runs where time is folded away', () => {
      for (const width of widths)
        for (const { scene, picture } of timelinesOf(story, width))
          for (const fold of picture.body.folds)
            for (const { from, to } of stretchesOf(scene, beginning + story.end))
              expect(to < fold.from || from > fold.to).toBe(true)
    })

    test('a block never changes its rows as time goes on', () => {
      for (const width of [720, 1280]) {
        const memory = new Memory()
        const rows = new Map<string, string>()
        for (const { time, scene } of story.growing(80)) {
          const { body } = layout(scene, viewOf(time, width, 2_000), memory)
          for (const { key, y, height } of body.bars) {
            if (key.includes('call') || key.includes('attempt')) continue
            const place = `${key} ${height}`
            const row = String(Math.round(y))
            expect(`${place}: ${row}`).toBe(`${place}: ${rows.get(place) ?? row}`)
            rows.set(place, row)
          }
        }
      }
    })

    test('no label overlaps another while time goes on', () => {
      const memory = new Memory()
      for (const { time, scene } of story.growing(60))
        expect(overlapsIn(layout(scene, viewOf(time, 1080, 2_000), memory))).toEqual([])
    })
  })

test('time stands still when nothing happens', () => {
  const story = named('one request of 1 ms')
  const scene = story.scene()

  const [soon, later] = [2_000, 60_000].map((time) =>
    layout(scene, viewOf(time, 1280, 2_000), new Memory()),
  )

  expect(later?.body.bars).toEqual(soon?.body.bars ?? [])
  expect(textsOf(later?.head)).toContain('idle 59 s')
})

test('a short hole in a quiet time does not move what was done last', () => {
  const quiet = new Story('quiet', 5_000, (story) =>
    story.request(100, { tasks: [{ name: 'a', took: 200 }] }),
  )
  const noisy = new Story('noisy', 5_000, (story) =>
    story.request(100, { tasks: [{ name: 'a', took: 200 }] }).hole(4_000, 4_080),
  )

  const [calm, other] = [quiet, noisy].map((story) =>
    layout(story.scene(), viewOf(5_000, 1280, 500), new Memory()),
  )

  expect(other?.body.bars).toEqual(calm?.body.bars ?? [])
  expect(other?.head.holes).toEqual([])
})

test('a fold says how long nothing happened', () => {
  const picture = layout(
    named('a good run and a failed one').scene(),
    viewOf(8_600, 1280, 5_000),
    new Memory(),
  )

  expect(picture.body.folds).toHaveLength(1)
  expect(textsOf(picture.head).filter((text) => text.endsWith('s idle'))).toEqual(['6.1 s idle'])
})

test('the last two requests stay whole in the picture when they are over', () => {
  for (let apart = 300; apart < 1_800; apart += 25) {
    const story = new Story('two presses', 4_000, (told) =>
      told
        .request(500, { tasks: [{ name: 'sendWelcomeEmail', took: 110 }] })
        .request(500 + apart, { tasks: [{ name: 'sendWelcomeEmail', took: 110 }] }),
    )
    const state = new State()
    const memory = new Memory()
    let picture: Picture | undefined
    for (const { time, scene } of story.growing(40)) {
      state.chooseZoom(scene, viewOf(time, 1280, state.zoom))
      picture = layout(scene, viewOf(time, 1280, state.zoom), memory)
    }

    expect(picture?.body.bars.filter(({ isCut }) => isCut)).toEqual([])
    expect(picture?.body.bars).toHaveLength(4)
  }
})

test('the zoom holds the last two requests', () => {
  expect(zoomFor(named('a good run and a failed one').scene(), viewOf(8_600, 1280, 500))).toBe(
    2_000,
  )
  expect(zoomFor(named('requests that take long').scene(), viewOf(9_000, 1280, 500))).toBe(10_000)
  expect(zoomFor(named('ten seconds').scene(), viewOf(11_400, 1280, 500))).toBe(10_000)
})

test('a page that waited for a busy machine does not take the place of a press', () => {
  const story = new Story('a page behind a press', 9_000, (told) =>
    told
      .request(500, { tasks: [{ name: 'sendWelcomeEmail', took: 250 }] })
      .request(1_500, { tasks: [{ name: 'sendWelcomeEmail', took: 250 }] })
      .hole(7_900, 7_980)
      .request(7_980, { method: 'GET', path: '/', took: 1 })
      .hole(8_400, 8_480)
      .request(8_480, { method: 'GET', path: '/', took: 1 }),
  )

  expect(lastTwo(story.scene().requests, undefined).map(({ method }) => method)).toEqual([
    'POST',
    'POST',
  ])
})

test('more than four at once have one row each, and no labels', () => {
  const picture = layout(named('a burst of 46').scene(), viewOf(2_100, 1280, 5_000), new Memory())

  const rows = new Set(picture.body.bars.map(({ y }) => Math.round(y)))
  expect(rows.size).toBe(12)
  expect(textsOf(picture.body).filter((text) => text.includes('signup'))).toEqual([])
})

test('more than twelve rows are one histogram', () => {
  const picture = layout(named('forty at once').scene(), viewOf(1_500, 1280, 5_000), new Memory())

  expect(textsOf(picture.body)).toContain('28 more: 28 at once, 0 failed')
  expect(picture.body.histogram?.columns.length).toBeGreaterThan(5)
})

test('a hole is framed, says its length, and hangs through all lanes', () => {
  const picture = layout(named('all there is').scene(), viewOf(10_000, 1280, 5_000), new Memory())

  expect(picture.head.holes).toHaveLength(1)
  expect(textsOf(picture.head)).toContain('blocked 1,023 ms')
  expect(picture.body.curtains[0]).toMatchObject({ y: 0, height: picture.body.height })
  expect(textsOf(picture.body)).toContain('GET /ping  200  waited up to 1,023 ms')
})

test('flags that are close to each other share a label', () => {
  const story = new Story('a press', 2_000, (told) =>
    told
      .flag(1_000, 'Mail server down')
      .flag(1_004, 'mail has stopped')
      .flag(1_900, 'mail is ready')
      .request(1_950),
  )
  const wordsAt = (zoom: number) => {
    const { head } = layout(story.scene(), viewOf(2_000, 1280, zoom), new Memory())
    expect(head.flags.length).toBeGreaterThanOrEqual(3)
    return head.labels.flatMap(({ parts }) => parts.map(({ text }) => text))
  }

  expect(wordsAt(2_000)).toContain('Mail server down · mail has stopped')
  expect(wordsAt(2_000)).toContain('mail is ready')
  expect(wordsAt(10_000)).toContain('app is ready · 2 more · mail is ready')
})

test('what never started has no length', () => {
  for (const zoom of zoomSteps) {
    const { body } = layout(
      named('a good run and a failed one').scene(),
      viewOf(8_600, 1280, zoom),
      new Memory(),
    )
    const skipped = body.bars.filter(({ state }) => state === 'skipped')
    expect(skipped.map(({ width }) => Math.round(width))).toEqual([18])
  }
})

function timelinesOf(story: Story, width: number): { scene: Scene; picture: Picture }[] {
  const scene = story.scene()
  const view = viewOf(story.end, width, 2_000)
  const zooms = [zoomFor(scene, view), 1_000, 10_000, 600_000]
  return zooms.map((zoom) => ({ scene, picture: layout(scene, { ...view, zoom }, new Memory()) }))
}

function picturesOf(story: Story, width: number): Picture[] {
  const scene = story.scene()
  const view = viewOf(story.end, width, 2_000)
  const requests = scene.requests.filter(({ isPoll }) => !isPoll)
  if (width <= 720)
    return requests.slice(-20).map((request) => card(scene, request, { ...view, sizes: narrow }))
  const two = lastTwo(scene.requests, undefined)
  return [
    ...timelinesOf(story, width).map(({ picture }) => picture),
    compare(scene, two, view),
    compare(scene, two, { ...view, width: 1_280, sizes: present }),
  ]
}

/** Pairs of labels that have pixels in common. */
function overlapsIn({ head, body, width }: Picture): string[] {
  return [head, body].flatMap((layer) => {
    const labels = [
      ...layer.labels,
      ...layer.names.map((name) => ({
        ...name,
        width: Math.min(name.width, widthOf(name.parts[0]?.text ?? '', name.size)),
      })),
    ]
    const found = labels.flatMap((one, index) =>
      labels
        .slice(index + 1)
        .filter((other) => touch(boxOf(one), boxOf(other)))
        .map((other) => `${textOf(one)} | ${textOf(other)}`),
    )
    const outside = labels.filter(
      (label) => boxOf(label).x < -1 || boxOf(label).x + label.width > width + 1,
    )
    return [...found, ...outside.map((label) => `outside: ${textOf(label)}`)]
  })
}

function widthOf(text: string, size: number): number {
  return measure(text, 400, size)
}

function touch(one: Box, other: Box): boolean {
  const apart = 0.01
  return (
    one.x < other.x + other.width - apart &&
    other.x < one.x + one.width - apart &&
    one.y < other.y + other.height - apart &&
    other.y < one.y + one.height - apart
  )
}

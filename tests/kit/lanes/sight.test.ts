/** What must be seen in the lanes, and what must not be in its way. */
import { expect, test } from 'bun:test'

import { card } from '../../../lessons/kit/lanes/browser/card'
import { compare } from '../../../lessons/kit/lanes/browser/compare'
import { layout, Memory } from '../../../lessons/kit/lanes/browser/layout'
import { type Box, boxOf } from '../../../lessons/kit/lanes/browser/picture'
import { State } from '../../../lessons/kit/lanes/browser/state'
import { narrow, zoomSteps } from '../../../lessons/kit/lanes/browser/view'
import { stories } from './scenes'
import { beginning, Story } from './story'
import { measure, named, textsOf, viewOf } from './views'

const pictureOf = (story: Story, zoom: number, width = 1_280) =>
  layout(story.scene(), viewOf(story.end, width, zoom), new Memory())

test('no time is drawn over the names of the lanes', () => {
  const late = new Story('waited, long ago', 5_000, (story) =>
    story.hole(100, 1_100).request(1_104, { method: 'GET', path: '/ping', took: 1_000 }),
  )
  for (const story of [...stories, late])
    for (const zoom of zoomSteps) {
      const { head, body, left } = pictureOf(story, zoom)
      for (const layer of [head, body]) {
        const starts = [
          ...layer.lines.flatMap(({ kind, x1, x2 }) => (kind === 'flag' ? [] : [x1, x2])),
          ...layer.combs.map(({ x1 }) => x1),
          ...[...layer.bars, ...layer.holes, ...layer.curtains].map(({ x }) => x),
        ]
        expect(Math.min(left, ...starts), `${story.title} at ${zoom}`).toBe(left)
      }
    }
})

test('where it is narrow, an error is there with all of its words', () => {
  const error = `Can't send mail - all recipients were rejected: 550 no such mailbox at ${'very-'.repeat(9)}long.example.org`
  const story = new Story('refused', 900, (told) =>
    told.request(100, { tasks: [{ name: 'sendWelcomeEmail', took: 300, fails: error }] }),
  )
  const [request] = story.scene().requests

  const { body, width } = card(story.scene(), request!, {
    ...viewOf(900, 376, 500),
    sizes: narrow,
  })

  const [, ...lines] = textsOf(body)
  const said = lines.slice(0, lines.indexOf('Event loop')).join(' ')
  expect(said.replaceAll(' ', '')).toBe(`sendWelcomeEmail ✗ 300 ms ${error}`.replaceAll(' ', ''))
  for (const label of body.labels) expect(boxOf(label).x + label.width).toBeLessThanOrEqual(width)
})

test('where it is narrow, a name is not cut for a figure that has no room', () => {
  const story = new Story('waited', 9_000, (told) =>
    told.hole(1_000, 7_143).request(7_146, { path: '/crash', took: 5 }),
  )
  const [request] = story.scene().requests

  const { body } = card(story.scene(), request!, { ...viewOf(9_000, 320, 500), sizes: narrow })

  expect(textsOf(body).slice(0, 2)).toEqual(['POST /crash  200', 'waited up to 6,143 ms'])
})

test('a task that never started hangs at the end of the one that failed, however near one looks', () => {
  const scene = named('a good run and a failed one').scene()
  const told = scene.requests.find(({ tasks }) => tasks.some(({ state }) => state === 'skipped'))!
  const late = told.tasks.map((task) =>
    task.state === 'skipped' ? { ...task, end: task.end! + 20 } : task,
  )
  const request = { ...told, tasks: late }

  const { body } = compare({ ...scene, requests: [request] }, [request], viewOf(8_600, 1_280, 500))

  const [failed, skipped] = ['failed', 'skipped'].map((state) =>
    body.bars.find((bar) => bar.state === state),
  )
  expect(skipped?.x).toBeCloseTo(failed!.x + failed!.width, 3)
})

test('short holes of a busy machine in a quiet time are folded away with it', () => {
  const story = new Story('a busy machine', 61_000, (told) => {
    told.request(100, { tasks: [{ name: 'a', took: 200 }] })
    for (let at = 2_000; at < 58_000; at += 700) told.hole(at, at + 60)
    told.request(60_000, { tasks: [{ name: 'a', took: 200 }] })
  })

  const { body, head } = pictureOf(story, 2_000)

  expect(body.folds).toHaveLength(1)
  expect(body.bars.filter(({ isCut }) => !isCut)).toHaveLength(4)
  // Folded must not look blocked: the line goes through.
  const [fold] = body.folds
  expect(head.combs).toContainEqual(
    expect.objectContaining({ x1: fold!.x, x2: fold!.x + fold!.width, ticks: [] }),
  )
})

test('a hole of a long time is never folded away', () => {
  const story = new Story('blocked', 61_000, (told) =>
    told.request(100).hole(30_000, 31_000).request(60_000),
  )

  expect(pictureOf(story, 10_000).head.holes).toHaveLength(1)
})

test('what a process does that is not drawn does not move the picture', () => {
  const story = new Story('a form', 5_000, (told) => told.request(100))
  const scene = story.scene()
  const view = viewOf(5_000, 1_280, 500)
  const before = layout(scene, view, new Memory())
  const hole = { from: beginning + 500, to: beginning + 1_000 }
  const mail = { process: 'mail', alive: [], holes: [hole] }

  const after = layout({ ...scene, loops: [mail, ...scene.loops] }, view, new Memory())

  expect(after.body.bars).toEqual(before.body.bars)
})

test('what has left the view takes no room', () => {
  const story = new Story('much, then little', 1_500, (told) =>
    told
      .request(500, { tasks: Array.from({ length: 12 }, () => ({ name: 'note', took: 20 })) })
      .request(1_350, { tasks: [{ name: 'note', took: 20 }] }),
  )
  const memory = new Memory()
  for (const { time, scene } of story.growing(300)) {
    const { body } = layout(scene, viewOf(time, 1_280, 500), memory)
    const lowest = Math.max(0, ...[...body.bars, ...body.labels].map(bottomOf))
    expect(body.height).toBeLessThan(Math.max(lowest, 20) + 30)
  }
})

test('fifty tasks of one request have one row and a few words: what is below them stays in sight', () => {
  const story = new Story('fifty signups', 3_000, (told) =>
    told
      .request(500, {
        path: '/signups',
        tasks: Array.from({ length: 50 }, () => ({ name: 'notifyAdmin', took: 20 })),
      })
      .job('3ab', 520, [[540]]),
  )

  const { body } = pictureOf(story, 5_000)

  expect(body.height).toBeLessThan(100)
  expect(textsOf(body)[0]).toBe('POST /signups  200  4 ms  50 tasks')
})

test('fifty tasks that run are told in the room that there is', () => {
  const story = new Story('fifty signups', 900, (told) =>
    told.request(500, {
      path: '/signups',
      tasks: [
        ...Array.from({ length: 5 }, () => ({ name: 'notifyAdmin', took: 20 })),
        ...Array.from({ length: 45 }, () => ({ name: 'notifyAdmin' })),
      ],
    }),
  )

  const { body, width } = pictureOf(story, 1_000, 1_000)

  expect(textsOf(body)[0]).toStartWith('POST /signups  200')
  for (const label of body.labels) expect(label.x + label.width).toBeLessThanOrEqual(width)
})

test('a job that is tried again for seconds keeps its request in the picture', () => {
  const story = new Story('a job that fails', 6_000, (told) =>
    told
      .request(500, { path: '/failing', took: 10 })
      .job('signup.sendWelcomeEmail.ada%40bounce.test', 505, [
        [510, 5, '550'],
        [1_400, 5, '550'],
        [3_200, 5, '550 no such mailbox'],
      ]),
  )
  const [state, memory] = [new State(), new Memory()]
  let words: string[] = []
  let keys: string[] = []
  for (const { time, scene } of story.growing(120)) {
    state.chooseZoom(scene, viewOf(time, 1_280, state.zoom))
    const { body } = layout(scene, viewOf(time, 1_280, state.zoom), memory)
    words = textsOf(body)
    keys = body.bars.filter(({ isCut }) => !isCut).map(({ key }) => key)
  }

  expect(keys).toContain('app-0-1')
  expect(words).toContain('sendWelcomeEmail ada@bounce.test  ✗ attempt 3  550 no such mailbox')
})

test('the picture stands still although a job that is stored has not begun', () => {
  const story = new Story('a job without a consumer', 2_000, (told) =>
    told.request(500, { took: 10 }).job('1', 505, []),
  )
  const scene = story.scene()

  const [soon, late] = [1_100, 60_000].map((end) =>
    layout(scene, viewOf(end, 1_280, 2_000), new Memory()),
  )

  expect(late?.body.bars).toEqual(soon?.body.bars ?? [])
  expect(late?.right).toBe(soon?.right ?? 0)
})

test('in the request view, no name reaches into the time', () => {
  const job = new Story('a short name, a long job', 900, (told) =>
    told.request(100, { path: '/f', took: 400 }).job('1', 105, [[110, 5, '550 no']]),
  )
  for (const story of [...stories, job]) {
    const scene = story.scene()
    const { body, left } = compare(scene, scene.requests.slice(-2), viewOf(story.end, 900, 500))
    for (const { x, parts } of body.names)
      expect(x + measure(parts[0]?.text ?? '', 400, 13), story.title).toBeLessThan(left)
  }
})

test('where it is narrow, what became of a job is there with all of its words', () => {
  const error = "Can't send mail - all recipients were rejected: 550 no such mailbox"
  const story = new Story('a job', 900, (told) =>
    told.request(100, { path: '/f', took: 400 }).job('1', 105, [[110, 5, error]], 1),
  )
  const scene = story.scene()

  const { body } = card(scene, scene.requests[0]!, { ...viewOf(900, 376, 500), sizes: narrow })

  expect(textsOf(body).join(' ').replaceAll(/ +/g, ' ')).toContain(
    `sendWelcomeEmail ✗ attempt 1 ${error}`,
  )
})

test('the figures of the axis are as far apart as its lines', () => {
  const { head } = pictureOf(named('ten seconds'), 10_000, 1_112)

  const grid = head.lines.filter(({ kind }) => kind === 'grid').map(({ x1 }) => x1)
  const figures = head.labels.filter(({ parts }) => / m?s$/.test(parts[0]?.text ?? ''))
  const unsaid = grid.filter((x) => !figures.some((label) => Math.abs(label.x - x) < 1))
  const now = head.lines.find(({ kind }) => kind === 'now')!
  // Next to 'now', and at the left end, there may be no room.
  expect(unsaid.filter((x) => x > grid[0]! + 1 && x < now.x1 - 80)).toEqual([])
})

test('from ten seconds on, the axis says seconds', () => {
  const story = new Story('long ago', 75_000, (told) =>
    told.request(1_000, { took: 5 }).request(70_500, { took: 5 }),
  )
  for (const zoom of zoomSteps) {
    const figures = textsOf(pictureOf(story, zoom).head).filter((text) => / m?s$/.test(text))

    const inMs = figures.flatMap((text) => /^−?([\d,]+) ms$/.exec(text)?.[1] ?? [])
    for (const figure of inMs) expect(Number(figure.replaceAll(',', ''))).toBeLessThan(10_000)
  }
  expect(textsOf(pictureOf(story, zoomSteps[0]).head)).toContain('−69.5 s')
})

test('what is said of now is said although the zero is close to it', () => {
  const story = named('a good run and a failed one')
  const view = { ...viewOf(8_600, 1_280, 600_000), nowSays: 'not following' }

  const { head } = layout(story.scene(), view, new Memory())

  expect(textsOf(head)).toContain('0 ms')
  expect(textsOf(head)).toContain('not following')
})

test('the words of an event are not struck through', () => {
  const { head } = pictureOf(named('a flag in a quiet time'), 2_000)

  const flags = head.labels.filter(({ parts }) => parts[0]?.text.includes('mail server'))
  expect(flags.length).toBeGreaterThan(0)
  for (const { ground } of flags) expect(ground).toBe('card')
})

function bottomOf(box: Pick<Box, 'y'> & { height?: number }): number {
  return box.y + (box.height ?? 0)
}

import { describe, expect, test } from 'bun:test'

import type { LaneEvent } from '../../lessons/kit/lanes/events'
import { TerminalLanes } from '../../lessons/kit/lanes/terminal'

const since = 1_700_000_000_000
type Event = LaneEvent extends infer One
  ? One extends LaneEvent
    ? Omit<One, 'n' | 'process'>
    : never
  : never

/** What is printed of what `app` tells, batch by batch. */
function printedOf(...batches: Event[][]): string[] {
  const printed: string[] = []
  let now = 0
  const lanes = new TerminalLanes(
    (text) => printed.push(text),
    () => ({ width: 80, colour: false }),
    () => now,
  )
  for (const batch of batches) {
    lanes.add(batch.map((event) => ({ n: 0, process: 'app', ...event })))
    now += 100
  }
  return printed
}

function arrived(id: number): Event {
  return { type: 'request', at: since, id, status: 'arrived', method: 'POST', path: '/signup' }
}

function sent(id: number): Event[] {
  return [
    { type: 'request', at: since + 3, id, status: 'answered', code: 200 },
    { type: 'request', at: since + 4, id, status: 'sent' },
  ]
}

function waits(id: number, request: number): Event {
  return { type: 'task', at: since + 1, id, status: 'waiting', name: 'sendWelcomeEmail', request }
}

function runs(id: number): Event[] {
  const task = { type: 'task', id, name: 'sendWelcomeEmail' } as const
  return [
    { ...task, at: since + 4, status: 'running' },
    { ...task, at: since + 304, status: 'succeeded' },
  ]
}

test('who may have waited for a blocked event loop is told so, also when that is told behind the arrival', () => {
  const hole: Event = { type: 'hole', from: since - 1_200, to: since + 1 }
  const visit = [arrived(1), waits(1, 1), ...sent(1)]

  const [before] = printedOf([hole, ...visit], runs(1))
  const [behind] = printedOf([...visit, hole], runs(1))

  expect(before).toContain('waited up to 1,200 ms')
  expect(behind).toContain('waited up to 1,200 ms')
})

test('a request is drawn when its last task has ended, once', () => {
  const [first, ...more] = printedOf(
    [arrived(1), waits(1, 1), waits(2, 1), ...sent(1)],
    runs(1),
    runs(2),
    [arrived(2), ...sent(2)],
  )

  expect(more).toEqual([])
  expect(first).toMatch(/^request +POST \/signup .*200 4 ms\n/)
  expect(first?.match(/task +sendWelcomeEmail .*✓ 300 ms/g)).toHaveLength(2)
})

test('a request without tasks is not drawn', () => {
  expect(
    printedOf([arrived(1), ...sent(1)], [{ ...arrived(2), poll: true } as Event, ...sent(2)]),
  ).toEqual([])
})

test('tasks that were lost with their process are drawn as lost', () => {
  const killed: Event = {
    type: 'process',
    at: since + 100,
    status: 'killed',
    text: 'app was killed (SIGKILL)',
  }
  const [first, ...more] = printedOf(
    [arrived(1), waits(1, 1), waits(2, 1), ...sent(1), runs(1)[0]!],
    [killed],
    // Its ids begin anew: this is another request 1.
    [{ ...killed, status: 'started', text: 'app is started' }, arrived(1), ...sent(1), ...runs(1)],
  )

  expect(first).toContain('lost: app was killed (SIGKILL)')
  expect(more).toEqual([])
})

describe('a burst', () => {
  test('of requests is counted, not drawn', () => {
    const burst = Array.from({ length: 500 }, (_, i) => [
      arrived(i),
      waits(i, i),
      ...sent(i),
      ...runs(i),
    ]).flat()
    const quiet = Array.from({ length: 11 }, () => [])

    const printed = printedOf(burst, ...quiet)

    expect(printed).toHaveLength(9)
    expect(printed.at(-1)).toBe('492 more requests have ended: too many to show.')
  })

  test('of tasks of one request is drawn in part', () => {
    const ids = Array.from({ length: 50 }, (_, i) => i)

    const [text] = printedOf([
      arrived(1),
      ...ids.map((id) => waits(id, 1)),
      ...sent(1),
      ...ids.flatMap((id) => runs(id)),
    ])

    expect(text?.match(/^task/gm)).toHaveLength(12)
    expect(text).toEndWith('\n38 more tasks: 38 succeeded.')
  })
})

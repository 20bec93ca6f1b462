import { describe, expect, test } from 'bun:test'

import type { ProcessEvent } from '../../lessons/kit/lanes/events'
import { Recorder } from '../../lessons/kit/lanes/recorder'

const minute = 60_000

/** What one request with one task tells. */
function request(id: number, at: number): ProcessEvent[] {
  const task = { type: 'task', id, name: 'sendWelcomeEmail' } as const
  return [
    { type: 'request', at, id, status: 'arrived', method: 'POST', path: '/signup' },
    { ...task, at, status: 'waiting', args: '"ada@example.org"', request: id },
    { type: 'request', at: at + 2, id, status: 'answered', code: 200 },
    { type: 'request', at: at + 3, id, status: 'sent' },
    { ...task, at: at + 3, status: 'running' },
    { ...task, at: at + 40, status: 'succeeded' },
  ]
}

function flag(at: number): ProcessEvent | { type: 'flag'; at: number; text: string } {
  return { type: 'flag', at, text: String(at) }
}

async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = []
  for await (const item of items) if (taken.push(item) === count) break
  return taken
}

test('an hour of 1,000 requests a minute is held in bounds: in events, in time and in memory', () => {
  const recorder = new Recorder()
  const heap: number[] = []
  const sizes: number[] = []

  for (let id = 1; id <= 60_000; id++) {
    const at = id * 60
    for (const event of request(id, at)) recorder.record('app', event)
    recorder.record('app', { type: 'alive', from: at - 60, to: at })
    if (id % 10_000 !== 0) continue
    Bun.gc(true)
    heap.push(process.memoryUsage().heapUsed)
    sizes.push(recorder.size)
  }

  // Seven events a request, fewer spans: ten minutes of them are all there.
  expect(Math.max(...sizes)).toBeLessThan(70_000)
  const [first] = recorder.since(0)
  const began = first && ('at' in first ? first.at : first.to)
  expect(began).toBeGreaterThanOrEqual(50 * minute)
  expect(began).toBeLessThan(50 * minute + 1_000)
  // The ring is full after the first ten minutes: what comes later replaces, and adds nothing.
  expect(heap.at(-1)! - heap[1]!).toBeLessThan(4_000_000)
})

test('events are numbered from 1 without a gap', () => {
  const recorder = new Recorder()
  for (const event of request(1, 0)) recorder.record('app', event)
  recorder.record('mail', flag(50))

  expect(recorder.since(0).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(recorder.since(6)).toEqual([{ n: 7, process: 'mail', type: 'flag', at: 50, text: '50' }])
})

test('what is older than ten minutes is forgotten', () => {
  const recorder = new Recorder()

  for (const at of [0, minute, 11 * minute, 11.5 * minute]) recorder.record('app', flag(at))

  expect(recorder.since(0).map(({ n }) => n)).toEqual([3, 4])
})

test('an idle process is one event in a quarter of a second, and a hole ends its span', () => {
  const recorder = new Recorder()

  for (let at = 0; at < 1_000; at += 25)
    recorder.record('app', { type: 'alive', from: at, to: at + 25 })
  recorder.record('app', { type: 'alive', from: 1_000, to: 1_025 })
  recorder.record('app', { type: 'hole', from: 1_025, to: 2_000 })

  expect(
    recorder.since(0).map((event) => 'from' in event && [event.type, event.from, event.to]),
  ).toEqual([
    ['alive', 0, 250],
    ['alive', 250, 500],
    ['alive', 500, 750],
    ['alive', 750, 1_000],
    ['alive', 1_000, 1_025],
    ['hole', 1_025, 2_000],
  ])
})

describe('a reader', () => {
  test('gets what is held, and then what comes', async () => {
    const recorder = new Recorder()
    recorder.record('app', flag(1))
    const taken = take(recorder.events(0, new AbortController().signal), 3)

    recorder.record('app', flag(2))
    await Promise.resolve()
    recorder.record('app', flag(3))

    expect((await taken).map(({ n }) => n)).toEqual([1, 2, 3])
  })

  test('that comes back with its last number gets exactly what it has missed', async () => {
    const recorder = new Recorder()
    for (let at = 1; at <= 5; at++) recorder.record('app', flag(at))
    const seen = await take(recorder.events(0, new AbortController().signal), 3)
    for (let at = 6; at <= 8; at++) recorder.record('app', flag(at))

    const missed = await take(recorder.events(seen.at(-1)!.n, new AbortController().signal), 5)

    expect(missed.map(({ n }) => n)).toEqual([4, 5, 6, 7, 8])
  })

  test('that comes back too late goes on from the oldest that is held', async () => {
    const recorder = new Recorder({ capacity: 10 })
    for (let at = 1; at <= 100; at++) recorder.record('app', flag(at))

    const missed = await take(recorder.events(3, new AbortController().signal), 10)

    expect(missed.map(({ n }) => n)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100])
  })

  test('with a number from before a restart gets all that is held', async () => {
    const recorder = new Recorder()
    recorder.record('app', flag(1))

    const [first] = await take(recorder.events(4_711, new AbortController().signal), 1)

    expect(first?.n).toBe(1)
  })

  test('that is slow holds up nobody, and goes on with what is still held', async () => {
    const recorder = new Recorder({ capacity: 10 })
    const slow = recorder.events(0, new AbortController().signal)[Symbol.asyncIterator]()
    recorder.record('app', flag(1))
    expect((await slow.next()).value).toMatchObject({ n: 1 })

    for (let at = 2; at <= 100_000; at++) recorder.record('app', flag(at))

    expect(recorder.size).toBe(10)
    expect((await slow.next()).value).toMatchObject({ n: 99_991 })
    await slow.return?.()
  })

  test('ends when it is not wanted any more, also while it waits', async () => {
    const recorder = new Recorder()
    const { signal, abort } = withAbort()
    const reader = recorder.events(0, signal)[Symbol.asyncIterator]()
    const next = reader.next()

    abort()

    expect((await next).done).toBeTrue()
  })
})

test('the last 2,000 lines of the terminal are held, the long ones cut', async () => {
  const recorder = new Recorder()
  for (let i = 1; i <= 3_000; i++) recorder.print('app', i % 2 ? 'out' : 'err', `line ${i}`)
  recorder.print('app', 'out', 'x'.repeat(1_000_000))

  const lines = await take(recorder.lines(0, new AbortController().signal), 2_000)

  expect(lines[0]).toEqual({ n: 1_002, process: 'app', stream: 'err', line: 'line 1002' })
  expect(lines.at(-1)?.line.length).toBeLessThan(2_010)
})

function withAbort() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

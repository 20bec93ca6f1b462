/** From events to the scene. */
import { expect, test } from 'bun:test'

import type { LaneEvent, ParentEvent, ProcessEvent } from '../../../lessons/kit/lanes/events'
import { isOpen, SceneBuilder } from '../../../lessons/kit/lanes/scene'

test('a request has its tasks in the order in which they were added', () => {
  const { requests } = sceneOf(
    { type: 'request', at: 1, id: 7, status: 'arrived', method: 'POST', path: '/signup' },
    {
      type: 'task',
      at: 2,
      id: 1,
      status: 'waiting',
      name: 'first',
      request: 7,
      args: "'ada'",
      place: { file: 'app.tsx', line: 3 },
    },
    { type: 'task', at: 2, id: 2, status: 'waiting', name: 'second', request: 7 },
    { type: 'request', at: 3, id: 7, status: 'answered', code: 201 },
    { type: 'request', at: 4, id: 7, status: 'sent' },
    { type: 'task', at: 5, id: 1, status: 'running', name: 'first' },
    { type: 'task', at: 9, id: 1, status: 'succeeded', name: 'first' },
    { type: 'task', at: 9, id: 2, status: 'running', name: 'second' },
  )

  expect(requests).toEqual([
    {
      key: 'app-0-7',
      process: 'app',
      method: 'POST',
      path: '/signup',
      at: 1,
      answered: 3,
      code: 201,
      sent: 4,
      isPoll: false,
      tasks: [
        {
          id: 1,
          name: 'first',
          state: 'succeeded',
          since: 2,
          at: 5,
          end: 9,
          args: "'ada'",
          place: { file: 'app.tsx', line: 3 },
        },
        { id: 2, name: 'second', state: 'running', since: 2, at: 9 },
      ],
    },
  ])
})

test('a skipped task knows which one stopped it', () => {
  const { requests } = sceneOf(
    ...request(1, 0),
    ...['a', 'b', 'c'].map(
      (name, id) => ({ type: 'task', at: 1, id, status: 'waiting', name, request: 1 }) as const,
    ),
    { type: 'task', at: 2, id: 0, status: 'succeeded', name: 'a' },
    { type: 'task', at: 3, id: 1, status: 'failed', name: 'b', error: 'no' },
    { type: 'task', at: 3, id: 2, status: 'skipped', name: 'c' },
  )

  expect(requests[0]?.tasks[2]).toMatchObject({ state: 'skipped', stoppedBy: 1, end: 3 })
  expect(requests[0]?.tasks[2]).not.toHaveProperty('at')
})

test('a task of no request has a place of its own', () => {
  const { requests } = sceneOf({ type: 'task', at: 1, id: 4, status: 'waiting', name: 'tick' })

  expect(requests[0]).toMatchObject({ key: 'app-0-task-4', method: '', tasks: [{ name: 'tick' }] })
})

test('who is served right after a hole has waited up to its length', () => {
  const hole = { type: 'hole', from: 100, to: 1_100 } as const

  const before = sceneOf(hole, ...request(1, 1_104), ...request(2, 1_200))
  const after = sceneOf(...request(1, 1_104), ...request(2, 1_200), hole)

  for (const { requests } of [before, after])
    expect(requests.map(({ waited }) => waited)).toEqual([1_000, undefined])
})

test('who came first and blocked the others has not waited', () => {
  const { requests } = sceneOf(...request(1, 110), { type: 'hole', from: 100, to: 1_100 })

  expect(requests[0]?.waited).toBeUndefined()
})

test('who came in the middle of a hole has waited until then at most', () => {
  const { requests } = sceneOf(...request(1, 600), { type: 'hole', from: 100, to: 1_100 })

  expect(requests[0]?.waited).toBe(500)
})

test('polls are told apart, until one of them adds a task', () => {
  const poll = (id: number) =>
    ({
      type: 'request',
      at: id,
      id,
      status: 'arrived',
      method: 'GET',
      path: '/tasks',
      poll: true,
    }) as const

  const { requests, polls } = sceneOf(poll(1), poll(2), poll(3), {
    type: 'task',
    at: 4,
    id: 1,
    status: 'waiting',
    name: 'look',
    request: 3,
  })

  expect(polls).toEqual([{ method: 'GET', path: '/tasks', times: [1, 2] }])
  expect(requests.map(({ isPoll }) => isPoll)).toEqual([true, true, false])
})

test('a process that starts again begins a new life: the same ids are others', () => {
  const { requests } = sceneOf(
    { type: 'process', at: 0, status: 'started', text: 'app was started' },
    ...request(1, 1),
    { type: 'process', at: 5, status: 'killed', text: 'app was killed (SIGKILL)' },
    { type: 'process', at: 6, status: 'started', text: 'app was started' },
    ...request(1, 8),
  )

  expect(requests.map(({ key }) => key)).toEqual(['app-1-1', 'app-2-1'])
})

test('what a process did not end is lost with it', () => {
  const { requests, workers, jobs, loops } = sceneOf(
    { type: 'alive', from: 0, to: 40 },
    { type: 'request', at: 1, id: 1, status: 'arrived', method: 'GET', path: '/' },
    { type: 'task', at: 2, id: 1, status: 'waiting', name: 'a', request: 1 },
    { type: 'task', at: 2, id: 2, status: 'waiting', name: 'b', request: 1 },
    { type: 'task', at: 3, id: 1, status: 'running', name: 'a' },
    { type: 'worker', at: 1, id: 1, status: 'started' },
    { type: 'call', at: 2, id: 1, worker: 1, name: 'count', status: 'running' },
    { type: 'job', at: 2, id: 'j', name: 'mail', queue: 'q', status: 'running', attempt: 1 },
    { type: 'process', at: 50, status: 'killed', text: 'app was killed (SIGKILL)' },
  )

  const error = 'lost: app was killed (SIGKILL)'
  expect(requests[0]).toMatchObject({
    lost: 50,
    tasks: [{ state: 'failed', end: 50, error }, { state: 'skipped' }],
  })
  expect(requests.some(isOpen)).toBe(false)
  expect(workers[0]).toMatchObject({ to: 50, calls: [{ state: 'failed', end: 50, error }] })
  expect(jobs[0]).toMatchObject({ state: 'stored', runs: [{ state: 'failed', end: 50 }] })
  expect(loops[0]).toMatchObject({ alive: [{ from: 0, to: 40 }], ended: 50 })
})

test('a job that fails is stored again until its last attempt', () => {
  const job = { type: 'job', id: 'j', name: 'mail', queue: 'q', attempts: 2 } as const
  const first: ProcessEvent[] = [
    { ...job, at: 1, status: 'stored' },
    { ...job, at: 2, status: 'running', attempt: 1 },
    { ...job, at: 3, status: 'failed', attempt: 1, error: 'no' },
  ]

  expect(sceneOf(...first).jobs[0]?.state).toBe('stored')
  const { jobs } = sceneOf(
    ...first,
    { ...job, at: 4, status: 'running', attempt: 2 },
    { ...job, at: 5, status: 'failed', attempt: 2, error: 'no' },
  )
  expect(jobs[0]).toMatchObject({
    state: 'failed',
    at: 1,
    runs: [
      { attempt: 1, at: 2, end: 3 },
      { attempt: 2, at: 4, end: 5 },
    ],
  })
})

test('a worker that dies ends its call, and the next one has the next name', () => {
  const { workers } = sceneOf(
    { type: 'worker', at: 1, id: 10, status: 'started' },
    { type: 'call', at: 2, id: 1, worker: 10, name: 'crash', status: 'running' },
    { type: 'worker', at: 5, id: 10, status: 'ended', error: 'exited, code 3' },
    {
      type: 'call',
      at: 6,
      id: 1,
      worker: 10,
      name: 'crash',
      status: 'failed',
      error: 'exited, code 3',
    },
    { type: 'worker', at: 7, id: 11, status: 'started' },
  )

  expect(workers).toMatchObject([
    {
      name: 'Worker 1',
      from: 1,
      to: 5,
      error: 'exited, code 3',
      calls: [{ state: 'failed', end: 5 }],
    },
    { name: 'Worker 2', from: 7 },
  ])
})

test('beats that follow each other are one span', () => {
  const { loops } = sceneOf(
    { type: 'alive', from: 0, to: 100 },
    { type: 'alive', from: 100, to: 200 },
    { type: 'hole', from: 200, to: 400 },
    { type: 'alive', from: 400, to: 500 },
  )

  expect(loops).toEqual([
    {
      process: 'app',
      alive: [
        { from: 0, to: 200 },
        { from: 400, to: 500 },
      ],
      holes: [{ from: 200, to: 400 }],
    },
  ])
})

test('ten minutes are kept, and not more than can be drawn', () => {
  const builder = new SceneBuilder()
  let n = 0
  for (let at = 0; at < 3_600_000; at += 100)
    for (const event of request(at, at)) builder.add({ n: ++n, process: 'app', ...event })

  const { requests, now } = builder.scene
  expect(requests.length).toBeLessThanOrEqual(5_020)
  expect(requests[0]?.at).toBeGreaterThanOrEqual(now - 601_000)
})

test('clearing forgets what is over, and nothing that runs', () => {
  const { requests, flags } = sceneOf(
    { type: 'flag', at: 0, text: 'mail server down' },
    ...request(1, 1),
    ...request(2, 2),
    { type: 'task', at: 3, id: 1, status: 'waiting', name: 'slow', request: 2 },
    { type: 'clear', at: 10 },
    { type: 'task', at: 11, id: 1, status: 'running', name: 'slow' },
  )

  expect(requests.map(({ key }) => key)).toEqual(['app-0-2'])
  expect(requests[0]?.tasks[0]?.state).toBe('running')
  expect(flags).toEqual([])
})

function request(id: number, at: number): ProcessEvent[] {
  return [
    { type: 'request', at, id, status: 'arrived', method: 'GET', path: '/' },
    { type: 'request', at: at + 1, id, status: 'answered', code: 200 },
    { type: 'request', at: at + 2, id, status: 'sent' },
  ]
}

function sceneOf(...events: (ProcessEvent | ParentEvent)[]) {
  const builder = new SceneBuilder()
  events.forEach((event, index) =>
    builder.add({ n: index + 1, process: 'app', ...event } satisfies LaneEvent),
  )
  return builder.scene
}

test('what a process does while it loads is no block of its event loop: nobody is served yet', () => {
  const builder = new SceneBuilder()
  const told = [
    { type: 'process', at: 0, status: 'started', text: 'app is started' },
    { type: 'hole', from: 10, to: 110 },
    { type: 'process', at: 120, status: 'ready', text: 'app is ready' },
    // Told of when the process was ready: it began before.
    { type: 'hole', from: 110, to: 150 },
    { type: 'hole', from: 200, to: 300 },
    { type: 'process', at: 400, status: 'started', text: 'app is started' },
    { type: 'process', at: 500, status: 'ready', text: 'app is ready' },
    { type: 'hole', from: 410, to: 560 },
  ] as const
  for (const [index, event] of told.entries())
    builder.add({ n: index + 1, process: 'app', ...event })

  expect(builder.scene.loops.flatMap(({ holes }) => holes)).toEqual([
    { from: 200, to: 300 },
    { from: 500, to: 560 },
  ])
})

test('where a page asks again and again, its first requests are polls as well, once that is known', () => {
  const builder = new SceneBuilder()
  const ask = (id: number, poll?: true) =>
    builder.add({
      n: id,
      process: 'app',
      type: 'request',
      at: id,
      id,
      status: 'arrived',
      method: 'GET',
      path: '/tasks',
      ...(poll && { poll }),
    })
  ask(1)
  ask(2)
  const before = builder.scene.requests.map(({ isPoll }) => isPoll)
  ask(3, true)

  expect(before).toEqual([false, false])
  expect(builder.scene.requests.map(({ isPoll }) => isPoll)).toEqual([true, true, true])
  expect(builder.scene.polls).toMatchObject([{ path: '/tasks', times: [1, 2, 3] }])
})

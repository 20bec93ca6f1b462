/** Who has a turn of the event loop: tasks and everybody else. */
import { expect, test } from 'bun:test'

import { BackgroundRunner, BackgroundTasks } from '../../core'

const path = (file: string) => new URL(`processes/${file}`, import.meta.url).pathname

test.each([1, 1_000])(
  'tasks that block let others in between, %i at a time',
  async (concurrency) => {
    const runner = new BackgroundRunner({ concurrency })
    const turns = new Set<number>()
    let turn = 0
    const count = () => {
      turn++
      if (runner.pending > 0) setImmediate(count)
    }
    for (let added = 0; added < 12; added++)
      runner.addTask(() => {
        turns.add(turn)
        Bun.sleepSync(3)
      })
    setImmediate(count)

    await runner.idle()

    expect(turns.size).toBeGreaterThan(5)
  },
)

/** Lists that would never end by themselves, and one that is long. Each says when it may stop. */
const greedy = {
  'adds itself for ever'(list: BackgroundTasks, goesOn: () => boolean) {
    const again = () => {
      if (goesOn()) list.addTask(again)
    }
    list.addTask(again)
  },
  'adds itself for ever, and awaits what is there already'(
    list: BackgroundTasks,
    goesOn: () => boolean,
  ) {
    const again = async () => {
      await Promise.resolve()
      if (goesOn()) list.addTask(again)
    }
    list.addTask(again)
  },
  'has tasks that add new lists for ever'(
    list: BackgroundTasks,
    goesOn: () => boolean,
    runner: BackgroundRunner,
  ) {
    const again = () => {
      if (goesOn()) runner.addTask(again)
    }
    list.addTask(again)
  },
  'has 200,000 tasks'(list: BackgroundTasks, goesOn: () => boolean) {
    for (let number = 0; number < 200_000; number++)
      list.addTask(() => {
        if (goesOn()) performance.now()
      })
  },
}

for (const [what, fill] of Object.entries(greedy)) {
  test(`a list that ${what} lets timers, other lists and a drain have their turns`, async () => {
    const runner = new BackgroundRunner()
    const events: string[] = []
    let goesOn = true
    const list = new BackgroundTasks(undefined, runner)
    fill(list, () => goesOn, runner)
    const { promise: other, resolve } = Promise.withResolvers<void>()
    runner.addTask(() => {
      events.push('another list')
      resolve()
    })

    const timer = Promise.withResolvers<void>()
    setTimeout(timer.resolve, 1)
    await timer.promise
    events.push('a timer')
    await other
    const wasAtWork = runner.pending > 0
    goesOn = false
    const { aborted } = await runner.drain(10_000)

    expect(events.toSorted()).toEqual(['a timer', 'another list'])
    expect(wasAtWork).toBe(true)
    expect(aborted).toEqual([])
  })

  test(`a signal ends a process one of whose lists ${what}`, async () => {
    const child = Bun.spawn([process.execPath, path('greedy.ts'), what], {
      stdout: 'pipe',
      stderr: 'ignore',
    })
    await child.stdout.getReader().read()

    child.kill('SIGTERM')

    expect([0, 1]).toContain(await child.exited)
  })
}

test('a list that yields keeps its place: with a concurrency of 1 no other list runs in between', async () => {
  const runner = new BackgroundRunner({ concurrency: 1 })
  const ran: string[] = []
  const long = new BackgroundTasks(undefined, runner)
  for (let number = 0; number < 5; number++)
    long.addTask(() => {
      Bun.sleepSync(4)
      ran.push('long')
    })
  runner.addTask(() => ran.push('other'))

  await runner.idle()

  expect(ran).toEqual(['long', 'long', 'long', 'long', 'long', 'other'])
})

test.each([500, 4_000])(
  'thousands of connections that attach no-op tasks are all served, with room for %i, and so is a neighbour',
  async (capacity) => {
    const server = Bun.spawn([process.execPath, path('flood.ts'), String(capacity)], {
      stdout: 'pipe',
    })
    const { value } = await server.stdout.getReader().read()
    const port = Number(new TextDecoder().decode(value))
    const client = Bun.spawn(
      [process.execPath, path('flood-client.ts'), String(port), '2000', '30'],
      { stdout: 'pipe' },
    )

    const { statuses, neighbour } = (await new Response(client.stdout).json()) as {
      statuses: Record<string, number>
      neighbour: number
    }
    server.kill()

    expect(statuses).toEqual({ 200: 60_000 })
    expect(neighbour).toBeGreaterThan(0)
  },
)

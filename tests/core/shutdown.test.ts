/** What the last signals of a process do, and what the first blocking task of one says. */
import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../core'

const run = (file: string, args: number[], env: Record<string, string> = {}) =>
  Bun.spawn(
    [process.execPath, new URL(`processes/${file}`, import.meta.url).pathname, ...args.map(String)],
    {
      stdout: 'pipe',
      stderr: 'pipe',
      env: { ...process.env, NO_COLOR: '1', ...env },
    },
  )

/** Reads `stream` until `text` has come. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  text: string,
): Promise<string> {
  let seen = ''
  while (!seen.includes(text)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`The process ended before it said "${text}": ${seen}`)
    seen += new TextDecoder().decode(value)
  }
  return seen
}

describe('stopOnSignals', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} lets a task finish and exits with 0`, async () => {
      const child = run('stops.ts', [600, 5_000])
      const reader = child.stdout.getReader()
      await readUntil(reader, 'ready')

      child.kill(signal)

      expect(await readUntil(reader, 'work finished')).toContain(
        `${signal}: stopping, 1 task to finish.`,
      )
      expect(await child.exited).toBe(0)
    })
  }

  test('a stream that never ends is cut in time for the task behind it', async () => {
    const child = run('streams.ts', [])
    const reader = child.stdout.getReader()
    const [, port] = /ready (\d+)/.exec(await readUntil(reader, '.')) ?? []
    const response = await fetch(`http://127.0.0.1:${port}`)
    await response.body?.getReader().read()

    child.kill('SIGTERM')

    expect(await readUntil(reader, 'saved')).toContain('1 task to finish')
    expect(await child.exited).toBe(0)
  })

  test('what the deadline cuts off is named with its arguments, and the exit code is 1', async () => {
    const child = run('stops.ts', [60_000, 50])
    await readUntil(child.stdout.getReader(), 'ready')

    child.kill('SIGTERM')

    expect(await child.exited).toBe(1)
    expect(await new Response(child.stderr).text()).toContain('Not finished: work({ name: "ada" })')
  })

  test('is one for all apps of a process: the exit waits for the slowest and has the worst code', async () => {
    const child = run('stops-two.ts', [500, 900])
    const reader = child.stdout.getReader()
    await readUntil(reader, 'ready')

    child.kill('SIGTERM')

    expect(await readUntil(reader, '900 finished')).toContain(
      'SIGTERM: stopping, 2 tasks to finish.',
    )
    expect(await child.exited).toBe(0)

    const cut = run('stops-two.ts', [20, 60_000])
    await readUntil(cut.stdout.getReader(), 'ready')
    cut.kill('SIGTERM')
    expect(await cut.exited).toBe(1)
    expect(await new Response(cut.stderr).text()).toContain('Not finished: work(60000)')
  })

  test('of apps that share a plugin, none cuts the tasks of another', async () => {
    const child = run('stops-two.ts', [20, 800], { SHARED: '1', DEADLINES: '200,5000' })
    const reader = child.stdout.getReader()
    await readUntil(reader, 'ready')

    child.kill('SIGTERM')

    await readUntil(reader, '800 finished')
    expect(await child.exited).toBe(0)
  })

  test('refuses signals that are none, or cannot be caught', () => {
    const app = new Elysia().use(background())

    for (const signals of ['SIGTERM', [], ['SIGFOO'], ['SIGKILL']])
      expect(() => stopOnSignals(app, { signals: signals as never })).toThrow('signals must be')
  })

  test('an app of before a reload by --hot ends its task too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hot-'))
    const file = join(folder, 'app.ts')
    const core = new URL('../../core/index.ts', import.meta.url).pathname
    const source = (round: number) => `
      import { background, stopOnSignals } from ${JSON.stringify(core)}
      import { Elysia } from ${JSON.stringify(Bun.resolveSync('elysia', import.meta.dir))}
      const app = new Elysia().use(background()).listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
      stopOnSignals(app)
      app.decorator.background.addTask(async () => {
        await Bun.sleep(${round === 1 ? 2_000 : 1})
        console.log('task of round ${round}')
      })
      console.log('ready ${round}')
    `
    writeFileSync(file, source(1))
    const child = Bun.spawn([process.execPath, '--hot', file], { stdout: 'pipe', stderr: 'ignore' })
    const reader = child.stdout.getReader()
    await readUntil(reader, 'ready 1')
    writeFileSync(file, source(2))
    await readUntil(reader, 'task of round 2')

    child.kill('SIGTERM')

    await readUntil(reader, 'task of round 1')
    expect(await child.exited).toBe(0)
    rmSync(folder, { recursive: true })
  })

  test('disposed of, it leaves the signals to whoever else is there', async () => {
    const app = new Elysia().use(background())
    const before = process.listenerCount('SIGUSR2')
    const first = stopOnSignals(app, { signals: ['SIGUSR2'] })
    const second = stopOnSignals(app, { signals: ['SIGUSR2'] })
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1)

    first[Symbol.dispose]()
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1)
    second[Symbol.dispose]()

    expect(process.listenerCount('SIGUSR2')).toBe(before)
  })

  test('a second signal exits at once', async () => {
    const child = run('stops.ts', [60_000, 60_000])
    const reader = child.stdout.getReader()
    await readUntil(reader, 'ready')

    child.kill('SIGINT')
    await readUntil(reader, 'stopping')
    // The echo of the first one is ignored; a person who means it presses again.
    const pressing = setInterval(() => child.kill('SIGINT'), 20)
    const code = await child.exited
    clearInterval(pressing)

    expect(code).toBe(130)
  })
})

describe('a task that holds the event loop', () => {
  test('is named once in development, with what to do about it', async () => {
    const child = run('blocks.ts', [], { NODE_ENV: 'development' })

    const warnings = await new Response(child.stderr).text()

    expect(warnings.match(/resizePicture held the event loop for \d+ ms/g)).toHaveLength(1)
    expect(warnings).toContain('move it to a worker')
    expect(warnings).not.toContain('waitPolitely')
  })

  test('is not named in production', async () => {
    const child = run('blocks.ts', [], { NODE_ENV: 'production' })

    expect(await new Response(child.stderr).text()).toBe('')
    expect(await child.exited).toBe(0)
  })
})

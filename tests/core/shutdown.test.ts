/** What the last signals of a process do, and what the first blocking task of one says. */
import { describe, expect, test } from 'bun:test'

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
      const child = run('stops.ts', [100, 5_000])
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

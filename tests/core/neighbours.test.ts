/** Who else is served while a task computes. Bounds are wide: the figures are the benchmark's. */
import { expect, test } from 'bun:test'

const path = new URL('processes/computes.ts', import.meta.url).pathname

/** Asks `url` for so many milliseconds, and tells how many the slowest answer took. */
async function slowest(url: string, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds
  let longest = 0
  while (performance.now() < end) {
    const began = performance.now()
    await (await fetch(url)).text()
    longest = Math.max(longest, performance.now() - began)
  }
  return longest
}

test('a ping waits for a computation on the event loop, and hardly for one on workers', async () => {
  const child = Bun.spawn([process.execPath, path], { stdout: 'pipe', stderr: 'ignore' })
  const { value } = await child.stdout.getReader().read()
  const [, port] = /ready (\d+)/.exec(new TextDecoder().decode(value)) ?? []
  const at = (where: string) => `http://127.0.0.1:${port}/${where}`
  /** Adds the task, and asks for as long as it must be running. */
  const pingDuring = async (where: string) => {
    await (await fetch(at(where))).text()
    // The task takes 400 ms.
    return slowest(at('ping'), 350)
  }
  await pingDuring('workers')

  const onWorkers = await pingDuring('workers')
  const onTheEventLoop = await pingDuring('event-loop')
  child.kill()

  expect(onTheEventLoop).toBeGreaterThan(200)
  expect(onWorkers).toBeLessThan(onTheEventLoop / 2)
})

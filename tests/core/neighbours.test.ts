/** Who else is served while a task computes. Bounds are wide: the figures are the benchmark's. */
import { expect, test } from 'bun:test'

const path = new URL('processes/computes.ts', import.meta.url).pathname

/** Asks `url` until `work` is over, and tells how long the slowest answer took, in milliseconds. */
async function slowest(url: string, work: Promise<unknown>): Promise<number> {
  let isOver = false
  void work.finally(() => (isOver = true))
  let longest = 0
  while (!isOver) {
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
    // A claim about time: the task takes 400 ms.
    return slowest(at('ping'), Bun.sleep(350))
  }
  await pingDuring('workers')

  const onWorkers = await pingDuring('workers')
  const onTheEventLoop = await pingDuring('event-loop')
  child.kill()

  expect(onTheEventLoop).toBeGreaterThan(200)
  expect(onWorkers).toBeLessThan(onTheEventLoop / 2)
})

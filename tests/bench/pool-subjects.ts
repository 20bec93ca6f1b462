/** Pools of two workers, ours and others', that make no-op calls. */
import { Piscina } from 'piscina'
import { FixedThreadPool } from 'poolifier-web-worker'
import { Tinypool } from 'tinypool'

import { workers } from '../../core/workers'
import { here, pythonWith } from './machine'
import type * as tasks from './subjects/pool/tasks'

export type PoolSubject = {
  /** Makes so many calls, so many of them under way at a time; raw workers and Python keep to their own number. */
  run(count: number, payload: string, underWay: number): Promise<unknown>
  close(): unknown
}

export const size = 2

const file = (name: string) => new URL(`./subjects/pool/${name}`, import.meta.url)

/** Keeps `underWay` calls under way until `count` are done. */
async function closedLoop(
  count: number,
  underWay: number,
  call: () => Promise<unknown>,
): Promise<void> {
  let started = 0
  const lane = async () => {
    // oxlint-disable-next-line no-await-in-loop -- a lane makes one call after another
    while (started++ < count) await call()
  }
  await Promise.all(Array.from({ length: underWay }, lane))
}

/** A bare Worker and postMessage, with so many messages on their way to each of the two. */
export async function raw(perWorker: number): Promise<PoolSubject> {
  const started = Array.from({ length: size }, async () => {
    const worker = new Worker(file('raw.ts').href)
    await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }))
    return worker
  })
  const threads = await Promise.all(started)
  return {
    run: (count, payload) =>
      new Promise<void>((resolve) => {
        let sent = 0
        let answered = 0
        const send = (worker: Worker) => {
          if (sent < count) worker.postMessage({ id: sent++, payload })
        }
        for (const worker of threads)
          // oxlint-disable-next-line prefer-add-event-listener -- the last one's listener has to go
          worker.onmessage = () => {
            if (++answered === count) resolve()
            else send(worker)
          }
        for (let index = 0; index < perWorker; index++) threads.map(send)
      }),
    close: () => threads.map((worker) => worker.terminate()),
  }
}

export function openOurs(isolation: 'thread' | 'process') {
  return workers<typeof tasks>(file('ours.ts'), { size, isolation })
}

export function ours(isolation: 'thread' | 'process'): PoolSubject {
  const pool = openOurs(isolation)
  return {
    run: (count, payload, underWay) => closedLoop(count, underWay, () => pool.noop(payload)),
    close: () => pool.close(),
  }
}

export function poolifier(): PoolSubject {
  const pool = new FixedThreadPool<string, void>(size, file('poolifier.ts'))
  return {
    run: (count, payload, underWay) => closedLoop(count, underWay, () => pool.execute(payload)),
    close: () => pool.destroy(),
  }
}

export function piscina(concurrentTasksPerWorker: number): PoolSubject {
  const pool = new Piscina({ ...fixed, name: 'noop', concurrentTasksPerWorker })
  return {
    run: (count, payload, underWay) => closedLoop(count, underWay, () => pool.run(payload)),
    close: () => pool.destroy(),
  }
}

export function tinypool(): PoolSubject {
  const pool = new Tinypool({ ...fixed, name: 'noop' })
  return {
    run: (count, payload, underWay) => closedLoop(count, underWay, () => pool.run(payload)),
    close: () => pool.destroy(),
  }
}

const fixed = { filename: file('tasks.ts').href, minThreads: size, maxThreads: size }

/** multiprocessing.Pool, if there is a python3. It is given all calls at once. */
export async function python(): Promise<PoolSubject | undefined> {
  const command = pythonWith('multiprocessing')
  if (!command) return undefined
  const child = Bun.spawn([command, here('subjects/pool/pool.py')], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  // A number a line, for a run that has ended; "ready" comes first.
  const lines = linesOf(child.stdout)
  await lines.next()
  let runs = 0
  return {
    async run(count, payload) {
      const number = String(++runs)
      void child.stdin.write(`${number} ${count} ${payload.length}\n`) // flush() waits for it
      await child.stdin.flush()
      const { value } = await lines.next()
      if (value !== number) throw new Error(`multiprocessing.Pool said ${value}, not ${number}.`)
    },
    async close() {
      await child.stdin.end()
      await child.exited
    },
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
}

/** Responses with a task behind them that blocks for 200 ms: `blocking.ts ours|hook|bare <port>`. */
import { Elysia } from 'elysia'

import { background, workers } from '../../../core'
import type * as tasks from './block'
import { block } from './block'

const [shape, port] = process.argv.slice(2)

let ended = Promise.withResolvers<void>()

/** Until the first request for /rest nothing blocks: a server in use has its code compiled, and so have these. */
let isWarm = false

const task = () => {
  if (isWarm) block()
  ended.resolve()
}

const isBody = (path: string) => path.startsWith('/body/')

const bodies = new Elysia()
  .onBeforeHandle(({ path }) => {
    if (isBody(path)) ended = Promise.withResolvers()
  })
  .get('/', () => 'ok')
  // Answers when the task has ended. Where nothing is attached it blocks too: all servers keep the same rhythm.
  .get('/rest', async () => {
    isWarm = true
    if (shape === 'bare') task()
    await ended.promise
    return 'rested'
  })
  .get('/body/small', () => 'x'.repeat(1_024))
  .get('/body/large', () => new Uint8Array(8_000_000))
  .get('/body/stream', async function* () {
    for (let chunk = 0; chunk < 20; chunk++) {
      yield 'y'.repeat(10_000)
      await Bun.sleep(1)
    }
  })

function ours() {
  const pool = workers<typeof tasks>(new URL('./blocking-worker.ts', import.meta.url))
  return new Elysia()
    .use(background())
    .onBeforeHandle(({ path, backgroundTasks }) => {
      if (isBody(path)) backgroundTasks.addTask(task)
    })
    .use(bodies)
    .get('/loop', ({ backgroundTasks }) => {
      backgroundTasks.addTask(block)
      return 'ok'
    })
    .get('/worker', ({ backgroundTasks }) => {
      backgroundTasks.addTask(pool.block)
      return 'ok'
    })
}

function hook() {
  return new Elysia()
    .onAfterResponse(({ path }) => {
      if (isBody(path)) task()
    })
    .use(bodies)
}

const app = shape === 'ours' ? ours() : shape === 'hook' ? hook() : bodies
app.listen({ hostname: '127.0.0.1', port: Number(port), reusePort: false })

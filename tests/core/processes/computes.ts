/** An app with a ping and a computation: on its event loop, or on workers, as the path says. */
import { Elysia } from 'elysia'

import { background, workers } from '../../../core'
import * as tasks from '../workers/tasks'

const pool = workers<typeof tasks>(new URL('../workers/worker.ts', import.meta.url), { size: 1 })
const app = new Elysia()
  .use(background())
  .get('/ping', () => 'pong')
  .get('/workers', ({ backgroundTasks }) => {
    backgroundTasks.addTask(pool.compute, 400)
    return 'added'
  })
  .get('/event-loop', ({ backgroundTasks }) => {
    backgroundTasks.addTask(tasks.compute, 400)
    return 'added'
  })
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
await pool.compute(1) // starts the worker
console.log(`ready ${app.server!.port}.`)

/**
 * The same two tasks behind the same server, on the rung that the first argument names. `consumer` is the process that
 * runs the jobs of the rung Redis.
 */
import { Elysia } from 'elysia'

import { background } from '../../../core'
import { consume, queue } from '../../../core/queue'
import { workers } from '../../../core/workers'
import * as tasks from './tasks'

const [rung = '', lines = '', url = '', file = ''] = process.argv.slice(2)
const where = { url: url || null, file }
const quiet = { ...where, onError: () => {}, lostAfter: 500 }

const pool =
  rung === 'thread' || rung === 'process'
    ? workers<typeof tasks>(new URL('./worker.ts', import.meta.url), { size: 1, isolation: rung })
    : undefined
const jobs = queue<typeof tasks>('rungs', { ...where, attempts: 2, backoff: 10 })

if (rung === 'embedded' || rung === 'consumer') await consume('rungs', tasks, quiet)
if (rung !== 'consumer') {
  const isQueued = rung === 'embedded' || rung === 'Redis'
  const app = new Elysia()
    .use(background({ onError: () => {} }))
    .get('/ping', () => 'pong')
    .post('/block/:milliseconds', async ({ backgroundTasks, params }) => {
      const milliseconds = Number(params.milliseconds)
      if (isQueued) await jobs.block(lines, milliseconds)
      else backgroundTasks.addTask((pool ?? tasks).block, lines, milliseconds)
      return 'ok'
    })
    .post('/crash', async ({ backgroundTasks }) => {
      if (isQueued) await jobs.crash(lines)
      else backgroundTasks.addTask((pool ?? tasks).crash, lines)
      return 'ok'
    })
    .listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
  console.log(`ready ${app.server?.port}.`)
} else console.log('ready')

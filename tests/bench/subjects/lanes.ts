/**
 * Lesson 2, or a route with two empty tasks, with the lanes looking into it or without:
 * `lanes.ts lesson|bare|service with|without <port of the service> <port>`. `service` is what lesson 2 calls, made quick.
 */
import { join } from 'node:path'

import { Elysia } from 'elysia'

import { background } from '../../../core'
import { forward, sendToParent } from '../../../lessons/kit/lanes/forward'

const [shape = '', lanes, servicePort = '', port] = process.argv.slice(2)
const root = join(import.meta.dir, '../../..')
const first = () => {}
const second = () => {}

const shapes = {
  async lesson() {
    Bun.env.SLOW_PORT = servicePort
    // A press a second: the lesson has a table in which one that comes sooner is lost.
    let now = Date.now()
    Date.now = () => (now += 1_000)
    const { app } = await import('../../../lessons/02-slow-api/app')
    return app
  },
  async bare() {
    return new Elysia()
      .use(background())
      .get('/', () => 'ok')
      .post('/submit', ({ backgroundTasks }) => {
        backgroundTasks.addTask(first)
        backgroundTasks.addTask(second)
        return 'ok'
      })
  },
  async service() {
    return new Elysia()
      .get('/', () => 'ok')
      .post('/slow', () => ({ request_time: 1, response_time: 2 }))
  },
} as const

if (lanes === 'with') forward({ send: sendToParent, root })
const make = new Map<string, () => Promise<{ listen(options: object): unknown }>>(
  Object.entries(shapes),
)
const app = await make.get(shape)?.()
app?.listen({ hostname: '127.0.0.1', port: Number(port), reusePort: false })

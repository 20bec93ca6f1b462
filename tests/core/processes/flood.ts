/** A server whose every request attaches a no-op task, with little room: what it can't keep up with is refused. */
import { Elysia } from 'elysia'

import { background } from '../../../core'

const app = new Elysia()
  .use(background({ capacity: 4_000 }))
  .get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(() => {})
    return 'ok'
  })
  .get('/neighbour', () => 'ok')
  .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
console.log(app.server?.port)

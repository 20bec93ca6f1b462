/** A server whose every request attaches a no-op task, with room for so many: `flood.ts <capacity>`. */
import { Elysia } from 'elysia'

import { background } from '../../../core'

const app = new Elysia()
  .use(background({ capacity: Number(process.argv[2]) }))
  .get('/', ({ backgroundTasks }) => {
    backgroundTasks.addTask(() => {})
    return 'ok'
  })
  .get('/neighbour', () => 'ok')
  .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
console.log(app.server?.port)

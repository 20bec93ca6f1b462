/** A handler that throws undefined: Elysia stumbles over it and calls no hook. */
import { Elysia } from 'elysia'

import { background } from '../../../core'

const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
  backgroundTasks.addTask(() => console.log('ran'))
  throw undefined
})
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
await (await fetch(app.server!.url)).text()

const { background: runner } = app.decorator
for (let look = 0; look < 100; look++) runner.releaseForgotten()
await runner.idle()
await app.stop()

/** A handler that throws undefined: Elysia stumbles over it and tells nobody. */
import { Elysia } from 'elysia'

import { background } from '../../../core'

const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
  backgroundTasks.addTask(() => console.log('ran'))
  throw undefined
})
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
await (await fetch(app.server!.url)).text()

await app.decorator.background.idle()
await app.stop()

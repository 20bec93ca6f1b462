/** A handler that throws undefined: Elysia stumbles over it and answers with a 500 of Bun's. */
import { Elysia } from 'elysia'

import { background, type BackgroundTask } from '../../../core'

const added: BackgroundTask[] = []
const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
  added.push(backgroundTasks.addTask(() => {}))
  throw undefined
})
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
await (await fetch(app.server!.url)).text()

await app.decorator.background.idle()
console.log(added[0]?.status)
await app.stop()

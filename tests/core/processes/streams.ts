/** An app whose only response never ends by itself, with a task behind it. */
import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../core'

const app = new Elysia().use(background()).get('/', async function* ({ backgroundTasks }) {
  backgroundTasks.addTask(() => console.log('saved'))
  for (;;) {
    yield 'data: tick\n\n'
    await Bun.sleep(10)
  }
})
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
stopOnSignals(app, { deadline: 1_000 })
console.log(`ready ${app.server!.port}.`)

/** An app with a task that takes `process.argv[2]` milliseconds, for a test to send signals to. */
import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../core'

const [milliseconds = 0, deadline = 0] = process.argv.slice(2).map(Number)

const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
  async function work(_customer: { name: string }) {
    await Bun.sleep(milliseconds)
    console.log('work finished')
  }
  backgroundTasks.addTask(work, { name: 'ada' })
  return 'ok'
})
app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
stopOnSignals(app, { deadline })
await (await fetch(app.server!.url)).text()
console.log('ready')

/** A server with a list that would never let anybody else have a turn: `greedy.ts <which>`. */
import { Elysia } from 'elysia'

import { background, BackgroundTasks, stopOnSignals } from '../../../core'

const app = new Elysia()
  .use(background())
  .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
stopOnSignals(app, { deadline: 200 })
const list = new BackgroundTasks(undefined, app.decorator.background)
const plain = () => void list.addTask(plain)
const microtasks = async () => {
  await Promise.resolve()
  list.addTask(microtasks)
}

const lists = () => void app.decorator.background.addTask(lists)

const [which = ''] = process.argv.slice(2)
if (which.startsWith('has'))
  for (let number = 0; number < 200_000; number++) list.addTask(() => Bun.sleepSync(0.01))
else if (which.includes('new lists')) lists()
else list.addTask(which.includes('awaits') ? microtasks : plain)
setImmediate(() => console.log('running'))

/** Another plugin's hook stands before ours, and fails: `hook-before.ts <aot>`. */
import { Elysia } from 'elysia'

import { background, type BackgroundTask } from '../../../core'

process.on('unhandledRejection', () => {}).on('uncaughtException', () => {})

const hooks = {
  throws() {
    throw new Error('another plugin')
  },
  'never ends': async () => await new Promise(() => {}),
}

for (const [what, hook] of Object.entries(hooks)) {
  let task: BackgroundTask | undefined
  const app = new Elysia({ aot: process.argv[2] === 'true' })
    .onAfterResponse(hook)
    .use(background())
    .get('/', ({ backgroundTasks }) => {
      task = backgroundTasks.addTask(() => {})
      return 'ok'
    })
    .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  await (await fetch(app.server!.url)).text()
  await app.decorator.background.idle()
  console.log(`${what}: ${task?.status}`)
}
process.exit()

/** Two apps with one task each, of so many milliseconds: `stops-two.ts <first> <second>`. */
import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../core'

async function work(milliseconds: number): Promise<void> {
  await Bun.sleep(milliseconds)
  console.log(`${milliseconds} finished`)
}

for (const milliseconds of process.argv.slice(2).map(Number)) {
  const app = new Elysia()
    .use(background())
    .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  stopOnSignals(app, { deadline: 2_000 })
  app.decorator.background.addTask(work, milliseconds)
}
setImmediate(() => console.log('ready'))

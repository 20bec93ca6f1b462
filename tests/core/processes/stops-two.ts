/** Two apps with one task each, of so many milliseconds: `stops-two.ts <first> <second>`. */
import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../core'

async function work(milliseconds: number): Promise<void> {
  await Bun.sleep(milliseconds)
  console.log(`${milliseconds} finished`)
}

const shared = background()
const deadlines = (Bun.env.DEADLINES ?? '2000,2000').split(',').map(Number)

for (const [index, milliseconds] of process.argv.slice(2).map(Number).entries()) {
  const app = new Elysia()
    .use(Bun.env.SHARED ? shared : background())
    .listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
  stopOnSignals(app, { deadline: deadlines[index] ?? 2_000 })
  app.decorator.background.addTask(work, milliseconds)
}
setImmediate(() => console.log('ready'))

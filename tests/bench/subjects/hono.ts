/** Hono on Bun has no executionCtx, so its users hand the task to the event loop: setImmediate is the cheapest way. */
import { Hono } from 'hono'

const noop = () => {}

const app = new Hono().get('/', (context) => {
  setImmediate(noop)
  return context.text('ok')
})

Bun.serve({ hostname: '127.0.0.1', port: Number(process.argv[2]), fetch: app.fetch })

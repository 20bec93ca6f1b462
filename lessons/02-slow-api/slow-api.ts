import { Elysia, t } from 'elysia'

import { guard, serve } from '../page'

// The slow service of somebody else: three seconds for an answer.
const delay = Number(Bun.env.SLOW_DELAY ?? 3000)

export const slowApi = new Elysia().use(guard).post(
  '/slow',
  async ({ query }) => {
    console.log(`asked at ${query.ts}`)
    await Bun.sleep(delay)
    return {
      request_time: query.ts,
      response_time: Math.floor(Date.now() / 1000),
    }
  },
  { query: t.Object({ ts: t.Integer({ minimum: 0 }) }) },
)

export function start() {
  serve(slowApi, 'SLOW_PORT', 8123)
}

if (import.meta.main) start()

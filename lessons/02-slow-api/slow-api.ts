import { Elysia, t } from 'elysia'

import { guard, serve } from '../page'

// The slow service of somebody else: three seconds for an answer.
const answer = {
  delay: Number(Bun.env.SLOW_DELAY ?? 3000),
  status: 200,
}

export const slowApi = new Elysia()
  .use(guard)
  .post(
    '/slow',
    async ({ query, status }) => {
      console.log(`asked at ${query.ts}`)
      await Bun.sleep(answer.delay)
      return status(answer.status, {
        request_time: query.ts,
        response_time: Math.floor(Date.now() / 1000),
      })
    },
    { query: t.Object({ ts: t.Integer({ minimum: 0 }) }) },
  )
  // How it answers from now on: /answer?status=500, for a bad day.
  .post('/answer', ({ query }) => Object.assign(answer, query), {
    query: t.Object({
      delay: t.Optional(t.Integer({ minimum: 0, maximum: 60_000 })),
      status: t.Optional(t.Integer({ minimum: 200, maximum: 599 })),
    }),
  })

export function start() {
  serve(slowApi, 'SLOW_PORT', 8123)
}

if (import.meta.main) start()

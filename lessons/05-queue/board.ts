import type { Queue } from 'bullmq'
import { type AnyElysia, Elysia } from 'elysia'

import { contentSecurityPolicy } from '../page'
import { jobs } from './jobs'

/** Where BullMQ's dashboard is, once it is there. */
export let board: string | undefined

/** Needs Redis, and the sources: it looks for its pages beside them. */
export async function addBoard(app: AnyElysia) {
  const parts = await load().catch(() => undefined)
  if (!parts)
    return console.log('No dashboard: bull-board needs the sources.')
  const [{ createBullBoard }, { BullMQAdapter }, { ElysiaAdapter }] =
    parts
  const serverAdapter = new ElysiaAdapter('/board')
  const engine = (await jobs.engine) as Queue
  createBullBoard({
    queues: [new BullMQAdapter(engine)],
    serverAdapter,
    // What it asks Redis for there, BullMQ 6 has moved.
    options: { uiConfig: { hideRedisDetails: true } },
  })
  // An app of its own: what it does with errors is not for our pages.
  const own = new Elysia().use(await serverAdapter.registerPlugin())
  const answer = async (request: Request) =>
    withoutFonts.transform(await own.handle(request))
  const routes = new Elysia()
  for (const path of ['/board', '/board/*'])
    routes.all(path, ({ request }) => answer(request), {
      beforeHandle({ set }) {
        set.headers['content-security-policy'] = policy
      },
      parse: 'none',
    })
  app.use(routes)
  board = '/board'
}

// Its page names its own folder, and has styles written into it.
const policy = contentSecurityPolicy({
  'base-uri': "'self'",
  'style-src': "'self' 'unsafe-inline'",
})

async function load() {
  if (Bun.isStandaloneExecutable) return undefined
  return Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/elysia'),
  ])
}

/** It asks for a font on the web; a workshop may have none. */
const withoutFonts = new HTMLRewriter().on('link[href^="https:"]', {
  element: (link) => void link.remove(),
})

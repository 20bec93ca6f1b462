/**
 * The guide's server: a lesson's page, app, code, terminal and lanes side by side. It runs beside the lesson and waits for
 * nothing that the lesson does: a lesson that is blocked, or gone, leaves it as it is.
 */
import { Elysia, NotFoundError, t } from 'elysia'

import { type Lesson, lessons } from '../../index'
import { contentSecurityPolicy, pages } from '../../page'
import type { LessonRun } from '../run'
import { piecesOf } from './ansi'
import { Controls } from './app-panel'
import { assets } from './assets'
import { readExercise } from './exercise'
import { exerciseRoutes } from './exercise-routes'
import { State } from './header'
import { lanesScript } from './lanes-script'
import { Predict } from './lesson-panel'
import { GuidePage } from './page'
import { textsOf } from './sources'
import { eventStream, inBatches } from './stream'
import type { View } from './view'
import type { Watch } from './watch'

/** `run` names this run of the program: the ids of its events begin with it. */
export function guideApp(running: LessonRun, watch: Watch, run: string = Bun.randomUUIDv7()) {
  const live = { running, watch }
  const { progress } = watch
  const viewOf = async (
    lesson: Lesson,
    query: Record<string, string | undefined> = {},
  ): Promise<View> => {
    const isLive = lesson.number === running.lesson.number
    return {
      lesson,
      texts: textsOf(lesson),
      ...(isLive && { live }),
      ...(isLive && progress && { exercise: await readExercise(progress) }),
      isPresented: query.present !== undefined,
      tab: query.tab,
    }
  }

  return new Elysia()
    .use(pages)
    .use(progress && exerciseRoutes(progress, () => viewOf(running.lesson)))
    .onRequest(({ request, set }) => {
      const addresses = running.processes().flatMap(({ url }) => url ?? [])
      set.headers['content-security-policy'] = contentSecurityPolicy({
        'frame-src': addresses.join(' ') || "'none'",
        'frame-ancestors': "'none'",
      })
      set.headers['referrer-policy'] = 'no-referrer'
      // The lesson lets itself be shown in the frame of one origin: this is its name.
      const { hostname, port, pathname, search } = new URL(request.url)
      if (hostname !== 'localhost' || port === '' || request.method !== 'GET') return undefined
      set.status = 307
      set.headers.location = `http://127.0.0.1:${port}${pathname}${search}`
      return ''
    })
    .get('/', async ({ query }) => (
      <GuidePage run={run} view={await viewOf(running.lesson, query)} />
    ))
    .get('/lesson/:number', async ({ params, query }) => {
      const lesson = lessons.find(({ number }) => String(number) === params.number)
      if (!lesson) throw new NotFoundError()
      return <GuidePage run={run} view={await viewOf(lesson, query)} />
    })
    .get('/prediction', () => <Predict lesson={running.lesson} proof={watch.proof} />)
    .get('/controls', () => <Controls view={live} />)
    .get('/state', () => <State view={live} />)
    .post(
      '/failures/:index',
      ({ params: { index } }) => {
        if (!running.failures()[index]) throw new NotFoundError()
        watch.act(running.press(index))
        return <Controls view={live} />
      },
      { params: t.Object({ index: t.Integer({ minimum: 0 }) }) },
    )
    .post('/restart', () => {
      watch.act(running.restart())
      return <Controls view={live} />
    })
    .get('/live', ({ request, server }) => {
      server?.timeout(request, 0)
      return eventStream(AbortSignal.any([watch.signal, request.signal]), (send, signal) => {
        send({ event: 'run', data: run })
        watch.tell(send, signal)
        void sendLines(afterLast(request, run))

        async function sendLines(after: number): Promise<void> {
          for await (const lines of inBatches(running.recorder.lines(after, signal))) {
            const data = JSON.stringify(
              lines.map(({ process, stream, line }) => [process, stream, piecesOf(line)]),
            )
            send({ event: 'terminal', id: `${run}-${lines.at(-1)!.n}`, data })
          }
        }
      })
    })
    .get('/events', ({ request, server }) => {
      server?.timeout(request, 0)
      return eventStream(AbortSignal.any([watch.signal, request.signal]), (send, signal) => {
        void sendEvents(afterLast(request, run))

        async function sendEvents(after: number): Promise<void> {
          for await (const events of inBatches(running.recorder.events(after, signal)))
            send({ id: `${run}-${events.at(-1)!.n}`, data: JSON.stringify(events) })
        }
      })
    })
    .get('/lanes.js', async ({ set }) => {
      set.headers['content-type'] = 'text/javascript; charset=utf-8'
      return lanesScript()
    })
    .get('/*', ({ path, set }) => {
      const asset = assets[path]
      if (!asset) throw new NotFoundError()
      set.headers['content-type'] = `${asset.type}; charset=utf-8`
      set.headers['cache-control'] = 'no-cache'
      return asset.text
    })
}

/** The number behind which a page goes on that was cut off. That of another run says nothing about this one. */
function afterLast(request: Request, run: string): number {
  const last =
    request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after')
  const [, lastRun, number] = /^(.*)-(\d+)$/.exec(last ?? '') ?? []
  return lastRun === run ? Number(number) : 0
}

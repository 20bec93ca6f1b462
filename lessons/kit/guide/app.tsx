/**
 * The guide's server: a lesson's page, app, code, terminal and lanes side by side. It runs beside the lesson and waits for
 * nothing that the lesson does: a lesson that is blocked, or gone, leaves it as it is.
 */
import { Elysia, NotFoundError, t } from 'elysia'

import { type Lesson, lessons } from '../../index'
import { contentSecurityPolicy, pages } from '../../page'
import type { LessonRun } from '../run'
import { Controls } from './app-panel'
import { readExercise } from './exercise'
import { exerciseRoutes } from './exercise-routes'
import { files } from './files'
import { State } from './header'
import { Predict } from './lesson-panel'
import { GuidePage } from './page'
import { textsOf } from './sources'
import { streams } from './streams'
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
    const isWorkedOn = isLive && progress !== undefined
    return {
      lesson,
      texts: textsOf(lesson),
      ...(isLive && { live }),
      ...(isWorkedOn && { exercise: await readExercise(progress) }),
      isPresented: query.present !== undefined,
      // Who works on an exercise reads first what is to be done.
      tab: query.tab ?? (isWorkedOn ? 'exercise' : undefined),
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
    .use(
      streams({
        recorder: running.recorder,
        signal: watch.signal,
        run,
        tell: (send, signal) => watch.tell(send, signal),
      }),
    )
    .use(files)
}

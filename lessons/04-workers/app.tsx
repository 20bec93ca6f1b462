import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { pages, serve } from '../page'
import { UploadAnswer } from './gallery'
import * as pictures from './pictures'
import { pool } from './pool'
import { scripts } from './scripts'
import { shelf } from './shelf'
import * as tasks from './tasks'
import { makeThumbnails } from './thumbnails'
import { Home, remember, TaskList } from './views'

// The work is fixed, not the time: about a second.
const limit = Number(Bun.env.PRIMES_UP_TO ?? 5_000_000)
const none = ['Choose one to ten pictures.']

export const app = new Elysia()
  .use(
    background({
      onFailure: 'continue', // a bad picture must not stop the next
      onError: ({ error, task }) =>
        console.error(`${task.name} failed:`, error),
    }),
  )
  .onError(({ code }) =>
    code === 'VALIDATION' ? (
      <UploadAnswer problems={none} />
    ) : undefined,
  )
  .use(pages)
  .use(scripts)
  .use(shelf)
  .get('/', () => <Home />)
  .post('/here', ({ backgroundTasks }) => {
    remember('tasks', backgroundTasks.addTask(tasks.countPrimes, limit))
    return <TaskList />
  })
  .post('/workers', ({ backgroundTasks }) => {
    // One word is different.
    remember('pool', backgroundTasks.addTask(pool.countPrimes, limit))
    return <TaskList />
  })
  .post('/four', ({ backgroundTasks }) => {
    // One visitor, one list: they run one after another.
    const add = () => backgroundTasks.addTask(tasks.countPrimes, limit)
    for (let n = 0; n < 4; n++) remember('tasks', add())
    return <TaskList />
  })
  .post('/crash', ({ backgroundTasks }) => {
    remember('pool', backgroundTasks.addTask(pool.crash))
    return <TaskList />
  })
  .get('/tasks', () => <TaskList />)
  .get('/ping', () => 'pong')
  .post(
    '/pictures',
    async ({ backgroundTasks, body, set }) => {
      const problems = []
      for (const file of body.pictures) {
        const problem = await pictures.problemOf(file)
        if (problem) problems.push(problem)
        else {
          const picture = pictures.add(file.name)
          backgroundTasks.addTask(makeThumbnails, picture, file)
        }
      }
      if (problems.length > 0) set.status = 422
      set.headers['hx-trigger'] = 'uploaded'
      return <UploadAnswer problems={problems} />
    },
    { body: t.Object({ pictures: t.Files({ maxItems: 10 }) }) },
  )

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

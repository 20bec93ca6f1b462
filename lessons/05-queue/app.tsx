import { Elysia } from 'elysia'

import {
  background,
  type BackgroundTasks,
  stopOnSignals,
} from '../../core'
import { pages, serve } from '../page'
import { addBoard } from './board'
import { consumeIn } from './consumer'
import { reset } from './counts'
import { harm } from './harm'
import { jobs, look, storeWelcome, whereJobsAre } from './jobs'
import * as outbox from './outbox'
import { problems } from './problems'
import { State } from './state'
import * as tasks from './tasks'
import { Home } from './views'
import { signup, someoneAt } from './visitors'

export const app = new Elysia()
  .use(background())
  .use(problems)
  .use(harm)
  .use(pages)
  .get('/', async () => <Home {...await look()} />)
  .get('/state', async () => <State {...await look()} />)
  .post(
    '/signup',
    async ({ backgroundTasks, body: { email, username } }) => {
      // Stored, then answered: no crash can lose it any more.
      await storeWelcome(username, email)
      noteLater(backgroundTasks, username, email)
      return <span safe>{`Welcome, ${username}: stored.`}</span>
    },
    { body: signup },
  )
  .post('/signups', async ({ backgroundTasks }) => {
    const emails = Array.from({ length: 50 }, () =>
      someoneAt('example.org'),
    )
    for (const email of emails) await storeWelcome('visitor', email)
    for (const email of emails)
      noteLater(backgroundTasks, 'visitor', email)
    return <>50 signups stored.</>
  })
  .post('/failing', async () => {
    await storeWelcome('nobody', someoneAt('bounce.test'))
    return <>Stored: a job that fails every time.</>
  })
  .post('/retry', async ({ query }) => {
    const isThere = await jobs.deadLetters.retry(query.id ?? '')
    return <>{isThere ? 'Five more attempts.' : 'It is gone.'}</>
  })
  .post('/reset', () => {
    reset()
    return <>Counted from 0 again.</>
  })

/** Runs when we have answered: until then only we know of it. */
function noteLater(
  after: BackgroundTasks,
  name: string,
  email: string,
) {
  outbox.promise('note', email)
  after.addTask(tasks.notifyAdmin, name, email)
}

export async function start() {
  if (Bun.env.REDIS_URL) await addBoard(app)
  else await consumeIn(app)
  console.log(`Jobs are kept in ${whereJobsAre}`)
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) await start()

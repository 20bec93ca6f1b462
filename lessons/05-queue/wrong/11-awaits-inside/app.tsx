import { join } from 'node:path'

import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../../../core'
import { consume, queue } from '../../../../core/queue'
import { pages, serve } from '../../../page'
import { exerciseFolder } from '../../folder'
import * as tasks from './tasks'
import { Home, OrderButton, Points } from './views'

const file = join(exerciseFolder(), 'queue.sqlite')
const where = { file, url: null } // this file, never a Redis
const often = { attempts: 5, backoff: 20 }
const jobs = queue<typeof tasks>('points', { ...where, ...often })

export const app = new Elysia()
  .use(background())
  .use(pages)
  .get('/', () => <Home />)
  .get('/points', () => <Points />)
  .post(
    '/order',
    async ({ query: { order, customer, points } }) => {
      // Stored, then answered: no crash can lose it any more.
      await jobs.awardPoints(order, customer, points)
      return <OrderButton />
    },
    {
      query: t.Object({
        order: t.String(),
        customer: t.String(),
        points: t.Numeric(),
      }),
    },
  )
  .post('/kill', ({ backgroundTasks }) => {
    backgroundTasks.addTask(() => process.kill(process.pid, 'SIGKILL'))
  })

export async function start() {
  await consume('points', tasks, where)
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) await start()

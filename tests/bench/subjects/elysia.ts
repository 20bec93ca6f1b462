/** One route with a no-op task and one without, on Elysia: `elysia.ts <shape> <port>`. */
import { Elysia } from 'elysia'
import { background as peer } from 'elysia-background'

import { background } from '../../../core'

const task = () => {}
const asyncTask = async () => {}

const shapes = {
  bare: () => new Elysia().get('/', () => 'ok').get('/none', () => 'ok'),
  hook: () =>
    new Elysia()
      .onAfterResponse(() => {})
      .get('/', () => 'ok')
      .get('/none', () => 'ok'),
  ours: () =>
    new Elysia()
      .use(background())
      .get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(task)
        return 'ok'
      })
      .get('/none', () => 'ok'),
  // elysia-background takes asynchronous functions only: these two have the same task.
  'ours-async': () =>
    new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(asyncTask)
      return 'ok'
    }),
  'elysia-background': () =>
    new Elysia().use(peer()).get('/', ({ backgroundTasks }) => {
      backgroundTasks.addTask(asyncTask)
      return 'ok'
    }),
} as const

const [shape = '', port] = process.argv.slice(2)
const make = new Map<string, () => { listen(options: object): unknown }>(Object.entries(shapes))
make
  .get(shape)?.()
  .listen({ hostname: '127.0.0.1', port: Number(port), reusePort: false })

/** Whoever uses elysia-background 1.3.1 changes the import and nothing else: the same program on both. */
import { describe, expect, spyOn, test } from 'bun:test'

import { Elysia } from 'elysia'
import * as peer from 'elysia-background'

import * as ours from '../../core'

test('every name that elysia-background exports is here', () => {
  expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(peer)))
})

for (const [name, library] of Object.entries({ 'elysia-background': peer, ours }) as [
  string,
  typeof peer,
][]) {
  const { background, BackgroundTask, BackgroundTaskError, BackgroundTasks } = library

  describe(name, () => {
    const handle = (app: { handle: Elysia['handle'] }) =>
      app.handle(new Request('http://localhost/'))

    test('runs async tasks with their arguments, in order', async () => {
      const { promise, resolve } = Promise.withResolvers<number>()
      let sum = 0
      const add = async (amount: number) => {
        sum = sum * 10 + amount
      }
      const app = new Elysia().use(background()).get('/', ({ backgroundTasks }) => {
        backgroundTasks.addTask(add, 1)
        backgroundTasks.addTask(add, 2)
        backgroundTasks.addTask(async () => resolve(sum))
        return 'task initiated'
      })

      const response = await handle(app)

      expect(await response.text()).toBe('task initiated')
      expect(await promise).toBe(12)
    })

    test('tells onError of the error and the task, and halts', async () => {
      const { promise, resolve } = Promise.withResolvers<{
        error: unknown
        args: unknown[] | undefined
      }>()
      const app = new Elysia()
        .use(background({ onError: ({ error, task }) => resolve({ error, args: task?.args }) }))
        .get('/', ({ backgroundTasks }) => {
          const fail = async (_id: number, _data: object) => {
            throw new Error('Task failed purposefully')
          }
          backgroundTasks.addTask(fail, 123, { foo: 'bar' })
          backgroundTasks.addTask(async () => resolve({ error: 'the second task ran', args: [] }))
          return 'ok'
        })

      await handle(app)

      expect(await promise).toEqual({
        error: new Error('Task failed purposefully'),
        args: [123, { foo: 'bar' }],
      })
    })

    test('logs an onError that throws, in the same words', async () => {
      const { promise, resolve } = Promise.withResolvers<unknown[]>()
      using _ = spyOn(console, 'error').mockImplementation((...logged) => resolve(logged))
      const handlerError = new Error('Error inside handler')
      const app = new Elysia()
        .use(
          background({
            onError() {
              throw handlerError
            },
          }),
        )
        .get('/', ({ backgroundTasks }) => {
          backgroundTasks.addTask(async () => Promise.reject(new Error('Original task error')))
          return 'ok'
        })

      await handle(app)

      expect(await promise).toEqual([
        expect.stringMatching(/^\[(elysia-)?background\] Error handler failed:$/),
        handlerError,
      ])
    })

    test('a list of its own runs, and rejects with a BackgroundTaskError that names error and task', async () => {
      const error = new Error('boom')
      const failing = new BackgroundTask(async (_id: number) => Promise.reject(error), 7)
      const tasks = new BackgroundTasks([failing as never])
      tasks.addTask(async () => {})

      const failure = await tasks.run().catch((thrown: unknown) => thrown)

      expect(failure).toBeInstanceOf(BackgroundTaskError)
      expect(failure).toMatchObject({ name: 'BackgroundTaskError', error, task: failing })
      expect(failing.args).toEqual([7])
    })
  })
}

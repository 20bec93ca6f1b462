/**
 * Answer now, finish later: the Elysia plugin that gives every handler `backgroundTasks`.
 *
 * @example
 * const app = new Elysia()
 *   .use(background())
 *   .post('/signup', ({ backgroundTasks, body }) => {
 *     backgroundTasks.addTask(sendWelcomeEmail, body.email)
 *     return 'Signup successful!'
 *   })
 */
import { Elysia } from 'elysia'

import { answerTo, rememberAnswer } from './answer'
import { AppRunner, type BackgroundOptions, runnerOf } from './app-runner'
import { RequestTasks, RoutelessTasks } from './request-tasks'
import type { BackgroundTasks } from './tasks'

/**
 * Gives every handler of the app `backgroundTasks`. Use it at the root; where it is used again, the first counts.
 *
 * Without `onAfterResponse`: for that, Elysia makes an asynchronous function and an immediate for every request, which
 * costs more than a task does; it comes before a large body has left; and it does not come for every answer.
 *
 * The hook never hands `context` to a function: Elysia reads its source, and a context that goes somewhere makes it
 * parse query, headers, cookies and body for every request. Nor is it an arrow function: those, minified, look to Elysia
 * as if they were asynchronous. It takes the runner from the context, because a plugin used in a child and in its parent
 * has one hook and belongs to the parent's runner.
 */
export function background(options: BackgroundOptions = {}) {
  const runner = new AppRunner(options)
  return (
    new Elysia({ name: 'bun-background-tasks' })
      .decorate('background', runner)
      // A slot in every context. Whatever runs outside of a route (onRequest, a 404, a parse error) finds this in it.
      .decorate('backgroundTasks', new RoutelessTasks(runner) as BackgroundTasks)
      .onStart((app) => runnerOf(app).attach(app))
      .onTransform({ as: 'global' }, function begin(context) {
        const tasks = new RequestTasks(context.background)
        tasks.context = context
        tasks.answer = answerTo(context.request)
        context.backgroundTasks = tasks
      })
      .wrap(rememberAnswer)
  )
}

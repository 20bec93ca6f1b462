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
import { type AnyElysia, Elysia } from 'elysia'

import { AppRunner, type BackgroundOptions } from './app-runner'
import { requireOptions } from './options'
import { RequestTasks } from './request'
import { type BackgroundRunner, runnerOf, runnerOptionNames } from './runner'
import { BackgroundTasks } from './tasks'

/**
 * Gives every handler of the app `backgroundTasks`. Where it is used again, the first counts. Throws a TypeError for an
 * option that it does not have, or a value that makes no sense.
 *
 * The hooks never hand `context` to a function: Elysia reads their source, and a context that goes somewhere makes it
 * parse query, headers, cookies and body for every request. Nor are they arrow functions: those, minified, look to Elysia
 * as if they were asynchronous. They take the runner from the context, because a plugin used in a child and in its parent
 * has its hooks once and belongs to the parent's runner.
 */
export function background(options: BackgroundOptions = {}) {
  requireOptions('background()', options, [...runnerOptionNames, 'when', 'deadline', 'sendLimit'])
  const runner = new AppRunner(options)
  return (
    new Elysia({ name: 'bun-background-tasks' })
      .decorate('background', runner)
      // A slot in every context. Whatever runs outside of a route (onRequest, a 404, a parse error) finds this in it.
      .decorate('backgroundTasks', new RoutelessTasks(runner) as BackgroundTasks)
      .onStart((app) => attach(app))
      .onTransform({ as: 'global' }, function begin(context) {
        const tasks = new RequestTasks(context.background)
        tasks.context = context
        context.backgroundTasks = tasks
        tasks.begin()
      })
      .onAfterResponse({ as: 'global' }, function answered({ backgroundTasks }) {
        if (backgroundTasks instanceof RequestTasks) backgroundTasks.answered()
      })
  )
}

/**
 * Follows the app from listen to stop. Elysia calls this where the plugin is used at the root; where it is used in a
 * group or a guard only, call it before `listen`.
 */
export function attach(app: AnyElysia): void {
  const runner = runnerOf(app)
  if (!(runner instanceof AppRunner))
    throw new TypeError(
      'The background runner of this app was not made by background(), and cannot follow a server: add .use(background()), and leave the name "background" to it.',
    )
  if (app.server) runner.follow(app)
  else app.onStart((started) => runner.follow(started))
}

/** Where there is no route there is no list either: a task runs on its own, in one of the next turns. */
class RoutelessTasks extends BackgroundTasks {
  constructor(private readonly app: BackgroundRunner) {
    super()
  }

  /** Keeps Elysia from merging one into another when a plugin is used twice. */
  get [Symbol.toStringTag](): string {
    return 'BackgroundTasks'
  }

  override readonly addTask: BackgroundTasks['addTask'] = ((...task: [never]) =>
    this.app.addTask(...task)) as never

  override use(): never {
    throw new TypeError(
      'Outside of a route each task runs on its own, and no list keeps a resource open for them. ' +
        'Make one: const list = new BackgroundTasks(); list.use(resource); list.addTask(...); backgroundTasks.addTask(list).',
    )
  }
}

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

import { HeldTasks } from './held'
import { logUnfinished } from './log'
import { requireMilliseconds, requireOneOf, type RunnerOptions } from './options'
import { BackgroundRunner } from './runner'
import type { BackgroundTask } from './task'
import { BackgroundTasks } from './tasks'
import { Wire } from './wire'

export type BackgroundOptions = RunnerOptions & {
  /** 'success' (default): a handler that throws runs nothing. 'always': its tasks run. */
  when?: 'success' | 'always'
  /** How long `app.stop()` waits for tasks, in milliseconds. Default: 10,000. */
  deadline?: number
}

/**
 * Gives every handler of the app `backgroundTasks`. Use it at the root; where it is used again, the first counts.
 *
 * The hooks never hand `context` to a function: Elysia reads their source, and a context that goes somewhere makes it
 * parse query, headers, cookies and body for every request. They take the runner from the context, because a plugin
 * used in a child and in its parent has one set of hooks and belongs to the parent's runner.
 */
export function background(options: BackgroundOptions = {}) {
  const runner = new AppRunner(options)
  return (
    new Elysia({ name: 'bun-background-tasks' })
      .decorate('background', runner)
      // A slot in every context. Whatever runs outside of a route (onRequest, a 404, a parse error) finds this in it.
      .decorate('backgroundTasks', new RoutelessTasks(runner) as BackgroundTasks)
      .onStart((app) => runnerOf(app).attach(app))
      .onTransform({ as: 'global' }, (context) => {
        const tasks = new RequestTasks(context.background)
        tasks.context = context
        context.backgroundTasks = tasks
      })
      .onAfterResponse({ as: 'global' }, (context) => {
        if (context.backgroundTasks instanceof RequestTasks) context.backgroundTasks.release()
      })
  )
}

/** The runner of an app that uses `background()`. */
export function runnerOf(app: AnyElysia): AppRunner {
  const runner: unknown = app.decorator.background
  if (runner instanceof AppRunner) return runner
  throw new TypeError(
    'This app has no background runner: add .use(background()), and leave the name "background" to it.',
  )
}

/** `app.decorator.background`: the runner, and what it knows of the app's server. */
export class AppRunner extends BackgroundRunner {
  readonly when: 'success' | 'always'
  deadline: number
  readonly wire = new Wire()

  constructor({ when = 'success', deadline = 10_000, ...options }: BackgroundOptions) {
    super(options)
    requireOneOf('when', when, ['success', 'always'])
    requireMilliseconds('deadline', deadline)
    this.when = when
    this.deadline = deadline
  }

  /** Keeps Elysia from merging one runner into another when a plugin is used twice. */
  get [Symbol.toStringTag](): string {
    return 'BackgroundRunner'
  }

  /** Follows the app from listen to stop. */
  attach(app: AnyElysia): void {
    if (!app.server) return
    this.wire.connect(app.server)
    this.resume()
    const sweep = setInterval(() => this.releaseForgotten(), 1_000)
    sweep.unref()
    const { stop } = app
    app.stop = async (closeActiveConnections) => {
      app.stop = stop
      clearInterval(sweep)
      await stop(closeActiveConnections)
      // The hooks of the last responses are due in the next turn.
      await new Promise(setImmediate)
      logUnfinished(await this.drain(this.deadline))
      return app
    }
  }

  /** Elysia does not call its hook where a handler throws undefined, or where another hook before ours throws. */
  releaseForgotten(): void {
    for (const list of this.lists) if (list instanceof RequestTasks) list.releaseIfForgotten()
  }
}

type RequestContext = {
  readonly request: Request
  readonly status: unknown
  readonly responseValue?: unknown
  error?: unknown
}

/** The tasks of one request. They run when its response has left. */
class RequestTasks extends HeldTasks {
  context!: RequestContext
  private handlerEnded = false
  private hasDropped = false
  private looksForgotten = false

  constructor(protected override readonly runner: AppRunner) {
    super(runner)
  }

  override release(): void {
    this.isReleased = true
    if (this.isEmpty) return
    const { request, responseValue } = this.context
    // Elysia answers with a promise where it took an asynchronous handler for a plain one: the handler still runs.
    if (responseValue instanceof Promise && !this.handlerEnded)
      return this.releaseAfter(responseValue)
    this.dropIfFailed()
    if (this.isEmpty) return this.runner.letGo(this)
    if (this.runner.wire.isOpen(request))
      this.runner.wire.whenSent(request, () => this.runner.start(this))
    else this.runner.start(this)
  }

  /** Called every second or so: a list whose response is long gone will not be released by a hook. */
  releaseIfForgotten(): void {
    const { request } = this.context
    // Where the client has left there is no response to be gone: the handler may still be at work.
    if (this.isReleased || this.runner.wire.isOpen(request) || request.signal.aborted) return
    if (this.looksForgotten) this.release()
    this.looksForgotten = true
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    // What an error handler adds after the failure is meant to run.
    this.dropIfFailed()
    return super.append(task)
  }

  private dropIfFailed(): void {
    const { error, status } = this.context
    // Without AOT, `error` is another name of `status` until there is an error.
    if (this.hasDropped || error === undefined || error === status) return
    this.hasDropped = true
    if (this.runner.when === 'success') this.skip()
  }

  private releaseAfter(handler: Promise<unknown>): void {
    const end = () => {
      this.handlerEnded = true
      this.release()
    }
    void handler.then(end, (error) => {
      this.context.error ??= error
      end()
    })
  }
}

/** Where there is no route there is no list either: a task runs on its own, in one of the next turns. */
class RoutelessTasks extends BackgroundTasks {
  constructor(private readonly runner: AppRunner) {
    super()
  }

  /** Keeps Elysia from merging one into another when a plugin is used twice. */
  get [Symbol.toStringTag](): string {
    return 'BackgroundTasks'
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    return this.runner.addTask(task)
  }
}

/**
 * The runner of an app: it knows the server, follows it from listen to stop, and gives each request its list.
 */
import type { AnyElysia } from 'elysia'

import { rememberAnswer } from './answer'
import { logUnfinished } from './log'
import { requireMilliseconds, requireOneOf, settledWithin } from './options'
import { warnOfPages } from './pages'
import { BackgroundRunner, type RunnerOptions } from './runner'
import { Wire } from './wire'

export type BackgroundOptions = RunnerOptions & {
  /** 'success' (default): a handler that throws runs nothing. 'always': its tasks run. */
  when?: 'success' | 'always' | undefined
  /** How long `app.stop()` waits for tasks, in milliseconds. Default: 10,000. */
  deadline?: number | undefined
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
  private readonly apps = new Set<AnyElysia>()
  private hasWarned = false

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

  /**
   * Follows the app from listen to stop. Elysia calls this where the plugin is used at the root; where it is used in a
   * group or a guard only, call it before `listen`.
   */
  attach(app: AnyElysia): void {
    if (app.server) this.follow(app)
    else app.wrap(rememberAnswer).onStart((started) => this.follow(started))
  }

  /** Says, once, why tasks wait: an answer has been given that nobody could see. */
  warnOfGroup(): void {
    if (this.hasWarned) return
    this.hasWarned = true
    console.warn(
      '[background] The plugin is used in a group or a guard only, where it does not see answers: tasks may wait for a minute. ' +
        'Use it at the root of the app, or call runnerOf(app).attach(app) before listen().',
    )
  }

  private follow(app: AnyElysia): void {
    const { server, stop } = app
    if (!server || this.apps.has(app)) return
    this.apps.add(app)
    warnOfPages(app)
    this.wire.connect(server)
    this.resume()
    let stopping: Promise<AnyElysia> | undefined
    const stopAndDrain = async (closeActiveConnections?: boolean): Promise<AnyElysia> => {
      try {
        await stop(closeActiveConnections)
        // The tasks of the last responses are due in the next turn.
        await new Promise(setImmediate)
        await this.detach(app)
        return app
      } finally {
        app.stop = stop
      }
    }
    app.stop = (closeActiveConnections) => {
      if (stopping && closeActiveConnections) void server.stop(true) // the first call waits for it
      return (stopping ??= stopAndDrain(closeActiveConnections))
    }
  }

  /** Waits for the tasks; refuses new ones if no other app uses this runner. */
  private async detach(app: AnyElysia): Promise<void> {
    this.apps.delete(app)
    if (this.apps.size > 0) await settledWithin(this.idle(), this.deadline)
    else logUnfinished(await this.drain(this.deadline))
  }
}

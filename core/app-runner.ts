/** `app.decorator.background`: the runner of an app, which knows the app's server and looks after what it answers. */
import type { AnyElysia } from 'elysia'

import { logUnfinished } from './errors'
import { requireMilliseconds, requireOneOf, settledWithin } from './options'
import { RequestTasks } from './request'
import { BackgroundRunner, type RunnerOptions } from './runner'
import { Wire } from './wire'

export type BackgroundOptions = RunnerOptions & {
  /** 'success' (default): a handler that throws runs nothing. 'always': its tasks run. */
  when?: 'success' | 'always' | undefined
  /** How long `app.stop()` waits for tasks, in milliseconds. Default: 10,000. */
  deadline?: number | undefined
  /**
   * How long a response may be on its way, in milliseconds; then its tasks run all the same, so that a client that reads
   * nothing does not hold them for ever. Streams, and a `Response` of your own, have all the time they take. Default: 60,000.
   */
  sendLimit?: number | undefined
}

/** Milliseconds between two looks at lists that have not been answered. */
const patience = 250

/**
 * Where more than 1,024 connections have something to say, Bun goes on reading (50,000 requests were seen). It runs no
 * timer and no immediate meanwhile, and so no hook. After so many requests, tasks have a slice between two of them.
 */
const crowd = 1_024

export class AppRunner extends BackgroundRunner {
  readonly when: 'success' | 'always'
  readonly sendLimit: number
  readonly wire = new Wire()
  private readonly apps = new Set<AnyElysia>()
  private isWatching = false
  /** How many lists have come to wait for an answer since the hook was last called. */
  unanswered = 0

  constructor({
    when = 'success',
    deadline = 10_000,
    sendLimit = 60_000,
    ...options
  }: BackgroundOptions) {
    super(options)
    requireOneOf('when', when, ['success', 'always'])
    requireMilliseconds('deadline', deadline)
    requireMilliseconds('sendLimit', sendLimit)
    this.when = when
    this.deadline = deadline
    this.sendLimit = sendLimit
  }

  /** Keeps Elysia from merging one runner into another when a plugin is used twice. */
  get [Symbol.toStringTag](): string {
    return 'BackgroundRunner'
  }

  /** Looks after lists that wait for an answer: now and then, and where so many do that the hook is late. */
  watch(): void {
    if (++this.unanswered % Math.min(crowd, Math.ceil(this.capacity / 2)) === 0)
      queueMicrotask(() => {
        this.lookForAnswers(true)
        this.turns.slice()
      })
    this.watchLater()
  }

  private watchLater(): void {
    if (this.isWatching) return
    this.isWatching = true
    setTimeout(() => {
      this.isWatching = false
      if (this.lookForAnswers(false)) this.watchLater()
    }, patience).unref()
  }

  /** Whether any list still waits. */
  private lookForAnswers(atOnce: boolean): boolean {
    // Not the array itself: what is found leaves it.
    const waiting = this.held.filter((list) => list.state === 'held')
    for (const list of waiting) if (list instanceof RequestTasks) list.lookForAnswer(atOnce)
    return waiting.length > 0
  }

  /** Makes `app.stop()` wait for the tasks. */
  follow(app: AnyElysia): void {
    const { server, stop } = app
    if (!server || this.apps.has(app)) return
    this.apps.add(app)
    warnOfPages(app)
    this.wire.connect(server)
    this.resume()
    let stopping: Promise<AnyElysia> | undefined
    const stopAndDrain = async (closeActiveConnections?: boolean): Promise<AnyElysia> => {
      try {
        return await stop(closeActiveConnections)
      } finally {
        // Elysia tells of the last responses in the next turn.
        await new Promise(setImmediate)
        await this.detach(app)
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

/**
 * Elysia hands an imported `index.html` to Bun, which bundles it, as long as no plugin looks at requests. Where one does,
 * the visitor would get `{}` and nobody would know why.
 */
function warnOfPages(app: AnyElysia): void {
  for (const { path, handler } of app.routes as readonly { path: string; handler: unknown }[])
    if (
      Object.prototype.toString.call(handler) === '[object HTMLBundle]' &&
      !(path in (app.config.serve?.routes ?? {}))
    )
      console.warn(
        `[background] ${path} is an imported page that Elysia does not give to Bun where a plugin looks at requests. ` +
          `Give it yourself: new Elysia({ serve: { routes: { '${path}': page } } }).`,
      )
}

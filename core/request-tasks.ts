/**
 * The list of one request: held from its first task, run when the handler has returned and the response has left.
 */
import type { AppRunner } from './app-runner'
import { HeldTasks } from './held'
import type { BackgroundTask } from './task'
import { BackgroundTasks } from './tasks'

type RequestContext = {
  readonly request: Request
  readonly status: unknown
  readonly responseValue?: unknown
  readonly error?: unknown
}

/** Milliseconds until a handler that is at work is looked at again: soon at first, seldom later. */
const shortestWait = 1
const longestWait = 250

const shortPatience = 2_000
const longPatience = 60_000

/** The tasks of one request. They run when its handler has returned and its response has left. */
export class RequestTasks extends HeldTasks {
  context!: RequestContext
  private handler: 'at work' | 'watched' | 'returned' | 'awaited' | 'ended' = 'at work'
  private hasDropped = false

  constructor(protected override readonly runner: AppRunner) {
    super(runner)
  }

  /** What it returned may still be a promise, and the response may still be on its way. */
  handlerReturned(): void {
    this.handler = 'returned'
    this.comeDue()
  }

  protected override start(): void {
    if (this.isAtWork()) return
    const { request } = this.context
    const { wire } = this.runner
    if (hasFailed(this.context)) this.drop()
    if (wire.isOpen(request)) wire.whenSent(request, () => super.start())
    else super.start()
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    // What an error handler adds after the failure is meant to run.
    if (hasFailed(this.context)) this.drop()
    return super.append(task)
  }

  /** Gives up, once, what was added before the handler failed. */
  private drop(): void {
    if (this.hasDropped) return
    this.hasDropped = true
    if (this.runner.when === 'success') this.skip()
  }

  /** If the handler is at work, this list comes due again when it has ended. */
  private isAtWork(): boolean {
    if (this.handler === 'at work') {
      if (hasFailed(this.context)) return false
      this.handler = 'watched'
      this.watch(shortestWait, this.runner.wire.isOpen(this.context.request), 0)
    }
    if (this.handler === 'returned') {
      // Elysia answers with a promise where it took an asynchronous handler for a plain one.
      const { responseValue } = this.context
      if (!(responseValue instanceof Promise)) return false
      this.handler = 'awaited'
      this.endAfter(responseValue)
    }
    return this.handler !== 'ended'
  }

  private endAfter(response: Promise<unknown>): void {
    const end = () => this.handlerEnded()
    void response.then(end, () => {
      this.drop()
      end()
    })
  }

  private handlerEnded(): void {
    this.handler = 'ended'
    this.comeDue()
  }

  /** Elysia tells nobody of a handler that throws, or of an answer that comes from a `derive` or a `resolve`. */
  private watch(wait: number, wasOpen: boolean, goneFor: number): void {
    setTimeout(() => {
      if (this.handler !== 'watched' || !this.isHeld) return
      const isOpen = this.runner.wire.isOpen(this.context.request)
      const gone = isOpen ? 0 : goneFor + wait
      const isForgotten = !isOpen && gone >= this.patience(wasOpen)
      if (isForgotten || hasFailed(this.context)) this.handlerEnded()
      else this.watch(Math.min(wait * 1.5, longestWait), wasOpen || isOpen, gone)
    }, wait)
  }

  /** So many milliseconds after its request is gone, a handler that has said nothing counts as ended. */
  private patience(wasOpen: boolean): number {
    // Behind a client that has left, or on a unix socket, where nothing can be seen, it may well be at work.
    if (this.runner.wire.isBlind || this.context.request.signal.aborted) return longPatience
    // Without a server (`app.handle`) there is nothing to be seen either; who waits there is a test.
    return wasOpen ? 0 : shortPatience
  }
}

/**
 * Elysia puts `code` and `error` into a context where something is thrown. Either alone may be the app's own: an
 * `error: null` from a resolve, a `code` from a login. Without AOT, `error` is another name of `status` until then.
 */
function hasFailed(context: RequestContext): boolean {
  const { error, status } = context
  return error !== undefined && error !== null && error !== status && 'code' in context
}

/** Where there is no route there is no list either: a task runs on its own, in one of the next turns. */
export class RoutelessTasks extends BackgroundTasks {
  constructor(private readonly runner: AppRunner) {
    super()
  }

  /** Keeps Elysia from merging one into another when a plugin is used twice. */
  get [Symbol.toStringTag](): string {
    return 'BackgroundTasks'
  }

  override use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    const list = new BackgroundTasks()
    list.use(resource)
    this.runner.addTask(list)
    return resource
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    return this.runner.addTask(task)
  }
}

/**
 * The list of one request: held from its first task, released when the response has left.
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

/** So many sweeps a list stands still behind a response that is gone before it counts as forgotten. */
const patience = 60

/** The tasks of one request. They run when its response has left. */
export class RequestTasks extends HeldTasks {
  context!: RequestContext
  private handlerEnded = false
  private hasDropped = false
  private sweeps = 0

  constructor(protected override readonly runner: AppRunner) {
    super(runner)
  }

  override release(): void {
    this.isReleased = true
    if (!this.isHeld) return
    const { request, responseValue } = this.context
    // Elysia answers with a promise where it took an asynchronous handler for a plain one: the handler still runs.
    if (responseValue instanceof Promise && !this.handlerEnded)
      return this.releaseAfter(responseValue)
    if (hasFailed(this.context)) this.drop()
    if (this.isEmpty) this.runner.letGo(this)
    else if (this.runner.wire.isOpen(request))
      this.runner.wire.whenSent(request, () => this.runner.start(this))
    else this.runner.start(this)
  }

  /** Called every second. Only a list whose hook never comes stands still for so long. */
  releaseIfForgotten(): void {
    const { request } = this.context
    // Where the client has left there is no response to be gone: the handler may still be at work.
    if (this.isReleased || this.runner.wire.isOpen(request) || request.signal.aborted) return
    if (++this.sweeps > patience) this.release()
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

  private releaseAfter(handler: Promise<unknown>): void {
    const end = () => {
      this.handlerEnded = true
      this.release()
    }
    void handler.then(end, () => {
      this.drop()
      end()
    })
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

/**
 * The list of one request: held from its first task, run when it has been answered and the response has left.
 */
import type { Answer } from './answer'
import type { AppRunner } from './app-runner'
import { HeldTasks } from './held'
import type { BackgroundTask } from './task'
import { BackgroundTasks } from './tasks'

type RequestContext = {
  readonly request: Request
  readonly status: unknown
  readonly error?: unknown
}

/** Milliseconds until a handler of which nothing is known is looked at again: soon at first, seldom later. */
const shortestWait = 1
const longestWait = 250

/** Its request is gone for so long: it counts as ended. */
const patience = 60_000

/** The tasks of one request. They run when it has been answered and the response has left. */
export class RequestTasks extends HeldTasks {
  context!: RequestContext
  answer: Answer | undefined = undefined
  private isWaiting = false
  private hasDropped = false

  constructor(protected override readonly runner: AppRunner) {
    super(runner)
  }

  protected override start(): void {
    if (this.isWaiting) return
    const answer = this.answer?.look()
    if (answer === undefined) return this.watch(shortestWait, false, 0)
    if (answer instanceof Promise) return this.startAfter(answer)
    if (answer === 'failed') this.drop()
    this.startWhenSent()
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

  private startAfter(answer: Promise<unknown>): void {
    this.isWaiting = true
    const start = () => {
      this.isWaiting = false
      this.comeDue()
    }
    void answer.then(start, start)
  }

  private startWhenSent(): void {
    this.isWaiting = this.runner.wire.isOpen(this.context.request)
    if (this.isWaiting) {
      this.runner.wire.whenSent(this.context.request, () => this.startWhenSent())
      return
    }
    if (hasFailed(this.context)) this.drop()
    super.start()
  }

  /** For apps with `aot: false`, and where the plugin is in a group only: nothing comes by that would tell. */
  private watch(wait: number, wasOpen: boolean, goneFor: number): void {
    const { context, runner } = this
    const isOpen = runner.wire.isOpen(context.request)
    const gone = isOpen ? 0 : goneFor + wait
    // Behind a client that has left, or on a unix socket, where nothing can be seen, the handler may be at work.
    const isOver = !isOpen && ((wasOpen && !context.request.signal.aborted) || gone > patience)
    if (isOver || hasFailed(context) || 'response' in context) {
      if (isDynamic(context) && !('response' in context)) this.drop() // it threw null, or undefined
      return this.startWhenSent()
    }
    if (!isDynamic(context)) runner.warnOfGroup()
    this.isWaiting = true
    setTimeout(() => {
      this.isWaiting = false
      if (this.isHeld) this.watch(Math.min(wait * 1.5, longestWait), wasOpen || isOpen, gone)
    }, wait)
  }
}

/** Whether the app has `aot: false`: there, `error` is another name of `status` until something is thrown. */
function isDynamic({ error, status }: RequestContext): boolean {
  return error === status
}

/**
 * Elysia puts `code` and `error` into a context where something is thrown. Either alone may be the app's own: an
 * `error: null` from a resolve, a `code` from a login.
 */
function hasFailed(context: RequestContext): boolean {
  const { error } = context
  return error !== undefined && error !== null && !isDynamic(context) && 'code' in context
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

  protected override takeOver(list: BackgroundTasks): BackgroundTasks {
    return this.runner.addTask(list)
  }
}

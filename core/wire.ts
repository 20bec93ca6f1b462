/**
 * From the answer to the last byte: the list of one request, and what tells when its response has left.
 *
 * Elysia's `onAfterResponse` says that the handler has answered. A large body, a file or a stream is still on its way
 * then, and a task that blocks would hold it up. Bun knows the rest: `server.requestIP(request)` answers null once a
 * request is done with (sent in full, or the client gone). Where it has left, the answer takes 20 ns; where it has not,
 * two microseconds. Any server can be asked about any request. On a unix socket it is always null, and without a server
 * of Bun's (`app.handle` in a test) there is nothing to ask: there, "handler returned" is all there is.
 */
import type { BackgroundTask } from './task'
import { BackgroundTasks, type ListRunner } from './tasks'

export type RequestProbe = {
  requestIP(request: Request): unknown
}

/** Milliseconds until an unfinished response is looked at again: soon at first, seldom for a long download. */
const shortestWait = 1
const longestWait = 250

export class Wire {
  private probe: RequestProbe | undefined = undefined

  /** Asks `server` from now on. */
  connect(server: RequestProbe): void {
    this.probe = server
  }

  /** Whether any of the response to `request` is still to be sent. */
  isOpen(request: Request): boolean {
    try {
      return this.probe !== undefined && this.probe.requestIP(request) !== null
    } catch {
      return false // a proxy of a request is none of the server's
    }
  }

  /** Calls `sent` as soon as the response to `request` has left, or its time on the way is over. */
  whenSent(request: Request, milliseconds: number, sent: () => void, wait = shortestWait): void {
    setTimeout(() => {
      if (milliseconds <= wait || !this.isOpen(request)) sent()
      else this.whenSent(request, milliseconds - wait, sent, Math.min(wait * 1.5, longestWait))
    }, wait)
  }
}

/** What a list asks of the context of its request. */
export type RequestContext = {
  readonly request: Request
  readonly set: { readonly status?: unknown }
  readonly status: unknown
  readonly error?: unknown
  response?: unknown
}

/** What a list needs of its app. */
export type RequestRunner = ListRunner & {
  readonly when: 'success' | 'always'
  readonly sendLimit: number
  readonly wire: Wire
  /** Looks after lists that wait for an answer. */
  watch(): void
  /** How many have come since the hook was last called. */
  unanswered: number
}

/** The tasks of one request. They run when it has been answered and the response has left. */
export class RequestTasks extends BackgroundTasks {
  context!: RequestContext
  private isAnswered = false
  private hasDropped = false
  private hasBeenMissed = false
  private isGiven = false

  declare protected readonly runner: RequestRunner

  constructor(runner: RequestRunner) {
    super(undefined, runner)
  }

  /** Its context is known. */
  begin(): void {
    if (isDynamic(this.context)) this.seeResponse()
  }

  /** The hook: Elysia has the answer. Most lists are empty, and stay so. */
  answered(): void {
    this.isAnswered = true
    this.runner.unanswered = 0
    if (this.state === 'held') this.leave()
  }

  /**
   * Goes on without the hook where that does not come: a hook before it has thrown or never ends, or nobody at all is
   * told, as with `throw undefined` under AOT. Called now and then, and what is found is believed the second time,
   * because `mapResponse` may still be at work. `atOnce`: the hook is known to be late.
   */
  lookForAnswer(atOnce: boolean): void {
    if (this.isAnswered || this.state !== 'held' || !this.outcome) return
    if (this.runner.wire.isOpen(this.context.request)) return
    if (atOnce || this.hasBeenMissed) this.answered()
    this.hasBeenMissed = true
  }

  protected override append(task: BackgroundTask): BackgroundTask {
    // What an error handler adds after the failure is meant to run.
    if (wasThrown(this.context)) this.dropAll()
    return super.append(task)
  }

  protected override whenHeld(): void {
    if (this.isAnswered) this.leave()
    else this.runner.watch()
  }

  /** Waits for the last byte. Most have nothing to wait for. */
  private leave(): void {
    const { response, request } = this.context
    if (this.runner.wire.isOpen(request)) {
      this.state = 'sending'
      const limit = isStream(response) ? Infinity : this.runner.sendLimit
      this.runner.wire.whenSent(request, limit, () => this.sent())
    } else if (response instanceof Promise) {
      // Of a handler that does not look asynchronous to Elysia.
      this.state = 'sending'
      const sent = () => this.sent()
      response.then(sent, sent)
    } else this.sent()
  }

  private sent(): void {
    if (this.outcome === 'failed') this.dropAll()
    this.runner.ready(this)
  }

  /** Gives up, once, what was added before the handler failed. */
  private dropAll(): void {
    if (this.hasDropped) return
    this.hasDropped = true
    if (this.runner.when === 'success') this.skip()
  }

  /** What became of the handler; undefined while it may be at work. */
  private get outcome(): 'given' | 'failed' | undefined {
    const { context } = this
    if (wasThrown(context)) return 'failed'
    if (isDynamic(context)) return this.isGiven ? 'given' : this.isAnswered ? 'failed' : undefined
    if ('response' in context) return 'given'
    // Over `throw undefined` Elysia stumbles under AOT, and this is all it leaves behind. Where the client has left, a
    // handler that has set the status may be at work.
    return context.set.status === 500 && !context.request.signal.aborted ? 'failed' : undefined
  }

  /** With `aot: false` a generator that fails before its first `yield` has answered already, as far as hooks can see. */
  private seeResponse(): void {
    let response: unknown
    Object.defineProperty(this.context, 'response', {
      configurable: true,
      enumerable: true,
      get: () => response,
      set: (value: unknown) => {
        response = value
        this.isGiven = true
        if (isIterator(value)) whenFirstStepFails(value, () => this.dropAll())
      },
    })
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
function wasThrown(context: RequestContext): boolean {
  const { error } = context
  return error !== undefined && error !== null && !isDynamic(context) && 'code' in context
}

/** What may take for ever to send. Of a Response nobody can tell. */
function isStream(value: unknown): boolean {
  return isIterator(value) || value instanceof ReadableStream || value instanceof Response
}

type AnyIterator = { next: (...args: unknown[]) => unknown }

function isIterator(value: unknown): value is AnyIterator {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    typeof value.next === 'function'
  )
}

function whenFirstStepFails(iterator: AnyIterator, failed: () => void): void {
  const { next } = iterator
  iterator.next = (...args) => {
    iterator.next = next
    try {
      const step = next.apply(iterator, args)
      if (step instanceof Promise) void step.catch(failed)
      return step
    } catch (thrown) {
      failed()
      throw thrown
    }
  }
}

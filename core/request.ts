/**
 * The list of one request, from its arrival to the last byte of its response: then its tasks run. What Elysia leaves in a
 * context says what became of the handler.
 */
import {
  codeOf,
  isDynamic,
  isIterator,
  isStream,
  type RequestContext,
  wasThrown,
  whenFirstStepFails,
} from './context'
import type { BackgroundTask } from './task'
import { BackgroundTasks, type ListRunner } from './tasks'
import { isTraced, publish, type TracedRequest } from './trace'
import type { Wire } from './wire'

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
  /** When its answer was first looked for in vain; 0 for never. */
  private missedAt = 0
  private isGiven = false
  /** Made when somebody listens; most never need the room. */
  declare private traced: TracedRequest | undefined
  declare private isTold: boolean | undefined

  declare protected readonly runner: RequestRunner

  constructor(runner: RequestRunner) {
    super(undefined, runner)
  }

  /** Its context is known. */
  begin(): void {
    if (isTraced()) publish({ status: 'arrived', request: this.request! })
    if (isDynamic(this.context)) this.seeResponse()
  }

  /** The hook: Elysia has the answer. Most lists are empty, and stay so. */
  answered(): void {
    this.isAnswered = true
    this.runner.unanswered = 0
    if (isTraced()) this.tellAnswer()
    if (this.state === 'held') this.leave()
  }

  /**
   * Goes on without the hook where that does not come: a hook before it has thrown or never ends, or nobody at all is
   * told, as with `throw undefined` under AOT. Called now and then, and what is found is believed the second time,
   * because `mapResponse` may still be at work. `atOnce`: the hook is known to be late.
   */
  lookForAnswer(atOnce: boolean): void {
    const { outcome, runner } = this
    if (this.isAnswered || this.state !== 'held' || !(outcome ?? this.mayHaveFailed)) return
    if (runner.wire.isOpen(this.context.request)) return
    const now = performance.now()
    this.missedAt ||= now
    if (outcome) {
      if (atOnce || this.missedAt < now) this.answered()
    } else if (now - this.missedAt >= runner.sendLimit) {
      this.dropAll()
      this.answered()
    }
  }

  protected override get request(): TracedRequest | undefined {
    if (!isTraced()) return undefined
    return (this.traced ??= tracedFrom(this.context.request))
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
    if (this.hasLeft) return this.sent()
    this.state = 'sending'
    this.whenLeft(() => this.sent())
  }

  private get hasLeft(): boolean {
    const { response, request } = this.context
    return !(response instanceof Promise) && !this.runner.wire.isOpen(request)
  }

  /** Calls `left` when the last byte has left. */
  private whenLeft(left: () => void): void {
    const { response, request } = this.context
    const { wire, sendLimit } = this.runner
    if (wire.isOpen(request))
      wire.whenSent(request, isStream(response) ? Infinity : sendLimit, left)
    // Of a handler that does not look asynchronous to Elysia.
    else if (response instanceof Promise) response.then(left, left)
    else left()
  }

  private sent(): void {
    if (isTraced()) this.tellSent()
    if (this.outcome === 'failed') this.dropAll()
    this.runner.ready(this)
  }

  private tellAnswer(): void {
    publish({ status: 'answered', request: this.request!, code: codeOf(this.context) })
    if (this.state !== 'held') this.whenLeft(() => this.tellSent())
  }

  /** Once: a task that is added later comes by here as well. */
  private tellSent(): void {
    if (!this.isTold && isTraced()) publish({ status: 'sent', request: this.request! })
    this.isTold = true
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
    return this.mayHaveFailed && !context.request.signal.aborted ? 'failed' : undefined
  }

  /**
   * Over `throw undefined` Elysia stumbles under AOT, and this is all it leaves behind. Where the client has left, a
   * handler that has set the status may as well be at work: it has as long as a response may be on its way.
   */
  private get mayHaveFailed(): boolean {
    const { context } = this
    return context.set.status === 500 && !('response' in context) && !isDynamic(context)
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

let lastRequest = 0

function tracedFrom(request: Request): TracedRequest {
  const path = /^\w+:\/\/[^/]*([^?#]*)/.exec(request.url)?.[1] || '/'
  return { id: ++lastRequest, method: request.method, path, request }
}

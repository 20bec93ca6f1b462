/** Waits for a broker that has gone away, for a while: then the caller is told, and told what became of the job. */
import { BackgroundError } from '../errors'
import { QueueUnavailableError } from './errors'

/** Between two tries, and between two looks at the clock, in milliseconds. */
const pause = 100

/** What a call does, and so what it means that it was lost: 'write once' may have been done and is not sent again. */
export type CallKind = 'read' | 'write' | 'write once'

type Call = {
  readonly deadline: number
  readonly kind: CallKind
  /** It has left this process, so it may have arrived. */
  isSent: boolean
  isInDoubt: boolean
  readonly reject: (error: unknown) => void
}

export class Patience {
  private readonly calls = new Set<Call>()
  /** One clock for all calls: a timer for each would cost as much as the rest of it. */
  private clock: Timer | undefined = undefined
  private wasReady = false

  constructor(
    private readonly queue: string,
    private readonly milliseconds: number,
    private readonly ready: () => Promise<unknown>,
    private readonly isClosed: () => boolean,
    /** Why the broker is not ready, as far as it is known. */
    private readonly trouble: () => unknown,
  ) {}

  /**
   * Calls `send` once the broker is ready, again if the connection was lost, and rejects with a QueueUnavailableError
   * when the time is over, or when it is lost whether something that must not be repeated was done.
   */
  answered<Result>(send: () => Promise<Result>, kind: CallKind = 'read'): Promise<Result> {
    const deadline = performance.now() + this.milliseconds
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const call = { deadline, kind, isSent: false, isInDoubt: false, reject }
    this.calls.add(call)
    this.clock ??= setInterval(this.look, pause)
    void this.attempt(call, send, resolve)
    return promise
  }

  close(): void {
    clearInterval(this.clock)
    this.clock = undefined
  }

  /** Rejects never. As an async function: a promise of the constructor with two callbacks costs three times as much. */
  private async attempt<Result>(
    call: Call,
    send: () => Promise<Result>,
    resolve: (result: Result) => void,
  ): Promise<void> {
    try {
      call.isSent = this.wasReady
      if (!this.wasReady) {
        await this.ready()
        this.wasReady = true
        // Its caller has been told that nothing was stored.
        if (!this.calls.has(call)) return
        call.isSent = true
      }
      const result = await send()
      this.calls.delete(call)
      resolve(result)
    } catch (error) {
      if (!this.calls.has(call)) return
      if (!isLost(error)) return this.fail(call, error)
      call.isInDoubt ||= call.isSent && call.kind !== 'read' && !wasRefused(error)
      const isTooLate = performance.now() + pause > call.deadline
      if (this.isClosed())
        this.fail(call, new BackgroundError(`The queue ${this.queue} is closed.`))
      else if (isTooLate || (call.isInDoubt && call.kind === 'write once')) this.giveUp(call, error)
      else setTimeout(() => this.calls.has(call) && void this.attempt(call, send, resolve), pause)
    }
  }

  private look = (): void => {
    const now = performance.now()
    for (const call of this.calls) {
      if (now < call.deadline) continue
      call.isInDoubt ||= call.isSent && call.kind !== 'read'
      this.giveUp(call, undefined)
    }
    if (this.calls.size === 0) this.close()
  }

  private giveUp(call: Call, cause: unknown): void {
    const { queue, milliseconds } = this
    const reason = this.trouble() ?? cause
    this.fail(call, new QueueUnavailableError(queue, milliseconds, call.isInDoubt, reason))
  }

  private fail(call: Call, error: unknown): void {
    this.calls.delete(call)
    call.reject(error)
  }
}

/** Whether the connection is at fault, and not the call. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    code === 'ERR_REDIS_CONNECTION_CLOSED' ||
    code === 'ERR_REDIS_CONNECTION_TIMEOUT' ||
    code === 'ECONNREFUSED' ||
    // It was waited for, until the queue was closed.
    error.name === 'AbortError' ||
    /connection (is |has )?(closed|failed)|socket closed|^LOADING /i.test(error.message)
  )
}

/** Whether it is certain that the call has not left this process. */
function wasRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    /offline queue is disabled|^Connection (is closed$|has failed)|^LOADING /.test(error.message)
  )
}

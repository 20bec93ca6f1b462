/** Waits for an engine that cannot answer now, for a while: then the caller is told why, and what became of the job. */
import { BackgroundError } from '../errors'
import { codeOf } from './engine'
import { hopeless, QueueUnavailableError } from './errors'

/** Between two tries, and between two looks at the clock, in milliseconds. */
const pause = 100

/** The way into an engine, which may be shut for a while. */
export type Door = {
  readonly isOpen: boolean
  /** Resolves when it is open. */
  opens(): Promise<unknown>
  /** Why it is shut, as far as it is known. */
  readonly trouble: unknown
}

const alwaysOpen: Door = { isOpen: true, opens: async () => {}, trouble: undefined }

type Call = {
  /** A call that is rejected was not done; what was sent and has no answer is in doubt. */
  state: 'waiting' | 'sent' | 'ended'
  /** It was sent, and the connection was lost before an answer came. */
  wasLost: boolean
  refusal: unknown
  readonly deadline: number
  readonly isWrite: boolean
  readonly reject: (error: unknown) => void
}

export class Patience {
  private readonly calls = new Set<Call>()
  /** One clock for all calls: a timer for each would cost as much as the rest of it. */
  private clock: Timer | undefined = undefined
  private isClosed = false

  constructor(
    private readonly queue: string,
    private readonly milliseconds: number,
    private readonly door: Door = alwaysOpen,
  ) {}

  /**
   * Calls `send` once the door is open, and again if it was refused: so it must be harmless to do it twice. Rejects
   * with a QueueUnavailableError when the time is over, and at once if waiting is of no use.
   */
  answered<Result>(send: () => Promise<Result> | Result, isWrite = false): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const deadline = performance.now() + this.milliseconds
    const call: Call = {
      state: 'waiting',
      wasLost: false,
      refusal: undefined,
      deadline,
      isWrite,
      reject,
    }
    this.calls.add(call)
    this.clock ??= setInterval(this.look, pause)
    void this.attempt(call, send, resolve)
    return promise
  }

  /** Tells those who still wait. What has been sent gets its answer, or is lost with the connection. */
  close(): void {
    this.isClosed = true
    for (const call of this.calls) if (call.state === 'waiting') this.end(call, this.closedError())
    this.look()
  }

  /** Rejects never. */
  private async attempt<Result>(
    call: Call,
    send: () => Promise<Result> | Result,
    resolve: (result: Result) => void,
  ): Promise<void> {
    for (;;) {
      if (!this.door.isOpen) await this.door.opens()
      // Its caller has been told that nothing was stored.
      if (call.state === 'ended') return
      call.state = 'sent'
      try {
        resolve(await send())
        return this.end(call)
      } catch (error) {
        if (this.isClosed) return this.end(call, this.closedError())
        if (error instanceof TypeError || error instanceof BackgroundError)
          return this.end(call, error)
        const code = codeOf(error) ?? ''
        call.wasLost ||= code === 'ECONNRESET'
        if (call.state === 'sent') call.state = 'waiting'
        call.refusal = error
        if (hopeless.has(code)) return this.giveUp(call)
        await Bun.sleep(pause)
      }
    }
  }

  private look = (): void => {
    const now = performance.now()
    for (const call of this.calls) if (call.deadline <= now) this.giveUp(call)
    if (this.calls.size > 0) return
    clearInterval(this.clock)
    this.clock = undefined
  }

  private giveUp(call: Call): void {
    const isInDoubt = call.isWrite && (call.wasLost || call.state === 'sent')
    const cause = this.door.isOpen ? call.refusal : (this.door.trouble ?? call.refusal)
    const { queue, milliseconds } = this
    this.end(call, new QueueUnavailableError(queue, milliseconds, isInDoubt, cause))
  }

  /** Without an error it has been resolved. */
  private end(call: Call, error?: unknown): void {
    call.state = 'ended'
    this.calls.delete(call)
    if (error !== undefined) call.reject(error)
  }

  private closedError(): BackgroundError {
    return new BackgroundError(`The queue ${this.queue} is closed.`)
  }
}

/** Waits for an engine that cannot answer now, for a while: then the caller is told why, and what became of the job. */
import { BackgroundError } from '../errors'
import { longestTimer } from '../options'
import { codeOf, isHopeless, QueueUnavailableError } from './errors'

/** Between two tries, and between two looks at a door that is shut, in milliseconds. */
const pauses = { refused: 100, shut: 20 }

/** The way into an engine, which may be shut for a while. */
export type Door = {
  readonly isOpen: boolean
  /** Why it is shut, as far as it is known. */
  readonly trouble: unknown
}

const alwaysOpen: Door = { isOpen: true, trouble: undefined }

/** A call that was sent and has no answer is in doubt; of any other that is rejected, nothing was stored. */
type Call = {
  readonly isWrite: boolean
  readonly reject: (error: unknown) => void
  isSent: boolean
  /** It was sent once, and the connection was lost before an answer came. */
  wasLost: boolean
  refusal: unknown
}

export class Patience {
  /** Those that have not ended. */
  private readonly calls = new Set<Call>()
  private opening: Promise<void> | undefined = undefined
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
  async answered<Result>(send: () => Promise<Result> | Result, isWrite = false): Promise<Result> {
    if (this.isClosed) throw this.closedError()
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const call: Call = { isWrite, reject, isSent: false, wasLost: false, refusal: undefined }
    const giveUp = () => reject(this.errorOf(call))
    const { milliseconds } = this
    const timer = milliseconds <= longestTimer ? setTimeout(giveUp, milliseconds) : undefined
    this.calls.add(call)
    this.attempt(call, send).then(resolve, reject)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.calls.delete(call)
    }
  }

  /** Takes no more calls, and sends none. What was sent gets its answer, or is lost with the connection. */
  close(): void {
    this.isClosed = true
    for (const call of this.calls) if (!call.isSent) call.reject(this.errorOf(call))
  }

  private async attempt<Result>(call: Call, send: () => Promise<Result> | Result): Promise<Result> {
    for (;;) {
      if (!this.door.isOpen) await this.opens()
      // Its caller has been told that nothing was stored.
      if (!this.calls.has(call)) throw this.closedError()
      call.isSent = true
      try {
        return await send()
      } catch (error) {
        if (error instanceof TypeError || error instanceof BackgroundError) throw error
        call.isSent = false
        call.refusal = error
        const code = codeOf(error)
        call.wasLost ||= code === 'ECONNRESET'
        if (this.isClosed || isHopeless(code)) throw this.errorOf(call)
        await Bun.sleep(pauses.refused)
      }
    }
  }

  /** Resolves when the door is open, or nobody waits for it any more. One looks for all. */
  private opens(): Promise<void> {
    const look = async () => {
      while (this.calls.size > 0 && !this.door.isOpen) await Bun.sleep(pauses.shut)
      this.opening = undefined
    }
    this.opening ??= look()
    return this.opening
  }

  /** Why a call is given up now. That it may be stored is more than "closed" would say. */
  private errorOf(call: Call): BackgroundError {
    const isInDoubt = call.isWrite && (call.wasLost || call.isSent)
    if (this.isClosed && !isInDoubt) return this.closedError()
    const cause = this.door.isOpen ? call.refusal : (this.door.trouble ?? call.refusal)
    return new QueueUnavailableError(this.queue, this.milliseconds, isInDoubt, cause)
  }

  private closedError(): BackgroundError {
    return new BackgroundError(`The queue ${this.queue} is closed.`)
  }
}

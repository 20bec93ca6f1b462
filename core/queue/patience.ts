/** Waits for an engine that cannot answer now, for a while: then the caller is told why, and what became of the job. */
import { BackgroundError } from '../errors'
import { longestTimer } from '../options'
import { codeOf } from './engine'
import { QueueUnavailableError } from './errors'

/** Between two tries, in milliseconds. */
const pause = 100

/** Waiting does not help. */
const final = new Set(['NOPERM', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_NOTADB'])

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
  readonly isWrite: boolean
  readonly reject: (error: unknown) => void
}

export class Patience {
  private readonly calls = new Set<Call>()
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
    const { promise: end, reject } = Promise.withResolvers<never>()
    const call: Call = { state: 'waiting', wasLost: false, refusal: undefined, isWrite, reject }
    const timer =
      this.milliseconds <= longestTimer
        ? setTimeout(() => this.giveUp(call), this.milliseconds)
        : undefined
    this.calls.add(call)
    try {
      return await Promise.race([this.attempt(call, send), end])
    } finally {
      clearTimeout(timer)
      call.state = 'ended'
      this.calls.delete(call)
    }
  }

  /** Tells those who still wait. What has been sent gets its answer, or is lost with the connection. */
  close(): void {
    this.isClosed = true
    for (const { state, reject } of this.calls) if (state === 'waiting') reject(this.closedError())
  }

  private closedError(): BackgroundError {
    return new BackgroundError(`The queue ${this.queue} is closed.`)
  }

  private async attempt<Result>(call: Call, send: () => Promise<Result> | Result): Promise<Result> {
    for (;;) {
      if (!this.door.isOpen) await this.door.opens()
      // Its caller has been told that nothing was stored.
      if (call.state === 'ended') throw call.refusal
      call.state = 'sent'
      try {
        return await send()
      } catch (error) {
        if (this.isClosed) throw this.closedError()
        if (error instanceof TypeError || error instanceof BackgroundError) throw error
        const code = codeOf(error) ?? ''
        if (code === 'ECONNRESET') call.wasLost = true
        if (call.state === 'sent') call.state = 'waiting'
        call.refusal = error
        if (final.has(code)) this.giveUp(call)
        await Bun.sleep(pause)
      }
    }
  }

  private giveUp(call: Call): void {
    const isInDoubt = call.isWrite && (call.wasLost || call.state === 'sent')
    const cause = this.door.isOpen ? call.refusal : (this.door.trouble ?? call.refusal)
    call.reject(new QueueUnavailableError(this.queue, this.milliseconds, isInDoubt, cause))
  }
}

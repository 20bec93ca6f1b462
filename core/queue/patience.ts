/** Waits for an engine that cannot answer now, for a while: then the caller is told why, and what became of the job. */
import { BackgroundError } from '../errors'
import { longestTimer } from '../options'
import { codeOf, isReply } from './engine'

/** Between two tries, in milliseconds. */
const pause = 100

/** What a refusal means and what to do: by the first word of Redis, or the code of SQLite or the system. */
const advice: Readonly<Record<string, string>> = {
  READONLY: 'It is a replica. After a failover, REDIS_URL must lead to the new primary.',
  MASTERDOWN: 'It is a replica that has lost its primary.',
  OOM: 'Its memory is full: raise maxmemory, or keep jobs that have ended for a shorter time.',
  MISCONF: 'It cannot write to its disk. Is that full?',
  BUSY: 'A script blocks it: SCRIPT KILL ends one that has written nothing.',
  LOADING: 'It has just started, and reads its data.',
  NOPERM: 'The login in REDIS_URL may not do this. BullMQ needs EVAL, EVALSHA and the keys bull:*.',
  NOAUTH: 'REDIS_URL has no password: redis://user:password@host.',
  WRONGPASS: 'Is the password in REDIS_URL right?',
  SQLITE_BUSY: 'Another program is writing to the file of the queue, and has not let go of it.',
  SQLITE_FULL: 'The disk is full. What is stored already is safe.',
  SQLITE_READONLY: 'The file of the queue, or its folder, cannot be written to.',
  SQLITE_CANTOPEN: 'The file of the queue cannot be opened. May this user write to its folder?',
  SQLITE_NOTADB: 'The file of the queue is something else.',
  SQLITE_CORRUPT: 'The file of the queue is damaged. Bring back a copy, or name another file.',
}

/** Waiting does not help. */
const final = new Set(['NOPERM', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_NOTADB'])

/** The engine could not do it in time. */
export class QueueUnavailableError extends BackgroundError {
  override name = 'QueueUnavailableError'
  /** The code of the refusal, if there was one: OOM, READONLY, WRONGPASS, SQLITE_BUSY, SQLITE_FULL, ECONNREFUSED. */
  readonly reason: string | undefined

  constructor(
    readonly queue: string,
    readonly milliseconds: number,
    /** True if the job left this process and no answer came: it may be stored, or be stored later. */
    readonly isInDoubt: boolean,
    cause: unknown,
  ) {
    const reason = codeOf(cause)
    super(
      isInDoubt
        ? `The queue ${queue} did not answer within ${milliseconds} ms: the job may or may not be stored, and may also be stored later, when the broker is back. Give it a key, with({ key }), and it is safe to add it again.`
        : `The queue ${queue} did not answer within ${milliseconds} ms. Nothing was stored. ${explain(cause, reason)}`,
      { cause },
    )
    this.reason = reason
  }
}

function explain(cause: unknown, reason = ''): string {
  const words = cause instanceof Error ? cause.message : ''
  const known = advice[reason]
  if (reason.startsWith('SQLITE_')) return known ?? `SQLite says: ${words}.`
  const isLogin = /^(NOAUTH|WRONGPASS|ERR)$/.test(reason)
  if (isReply(cause))
    return `The broker refuses ${isLogin ? 'the connection' : 'it'}: ${words}. ${known ?? ''}`
  const hint = 'Is Redis running, and is REDIS_URL right?'
  return words ? `${hint} The last that was heard: ${words}` : hint
}

/** The way into an engine, which may be shut for a while. */
export type Door = {
  readonly isOpen: boolean
  /** Resolves when it is open. */
  opens(): Promise<unknown>
  /** Why it is shut, as far as it is known. */
  readonly trouble: unknown
}

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

  constructor(
    private readonly queue: string,
    private readonly milliseconds: number,
    private readonly door: Door,
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

  /** Tells those who still wait. */
  close(): void {
    const error = new BackgroundError(`The queue ${this.queue} is closed.`)
    for (const { reject } of this.calls) reject(error)
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

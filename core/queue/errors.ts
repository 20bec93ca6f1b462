/** What can go wrong with a queue and its jobs, as errors that carry what they are about, and say what to do. */
import { BackgroundError } from '../errors'

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

/** What the system says of a file or a folder. */
const fileCodes = /^E(ACCES|EXIST|ISDIR|NOSPC|NOTDIR|PERM|ROFS)$/

const hopeless = /^(NOPERM|SQLITE_(READONLY|CANTOPEN|NOTADB|CORRUPT))$/

/** Whether waiting does not help. */
export function isHopeless(code = ''): boolean {
  return hopeless.test(code) || fileCodes.test(code)
}

/** The code of a refusal: the first word of a reply of Redis, whose other words change; the code of SQLite or the system. */
export function codeOf(error: unknown): string | undefined {
  if (isReply(error)) return /^[A-Z]+/.exec(error.message)?.[0]
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string'))
    return undefined
  // SQLite has finer codes, such as SQLITE_BUSY_SNAPSHOT.
  return /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? error.code
}

export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

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
        : `The queue ${queue} ${isHopeless(reason) ? 'cannot do that' : `did not answer within ${milliseconds} ms`}. Nothing was stored. ${explain(cause, reason)}`,
      { cause },
    )
    this.reason = reason
  }
}

/** What to do about an error of an engine, where that is known. */
export function adviceOn(error: unknown): string | undefined {
  return advice[codeOf(error) ?? '']
}

function explain(cause: unknown, reason = ''): string {
  const words = cause instanceof Error ? cause.message : ''
  const known = adviceOn(cause) ?? ''
  if (reason.startsWith('SQLITE_')) return known || `SQLite says: ${words}.`
  if (fileCodes.test(reason)) return `The file of the queue cannot be opened: ${words}.`
  const isLogin = /^(NOAUTH|WRONGPASS|ERR)$/.test(reason)
  if (isReply(cause))
    return `The broker refuses ${isLogin ? 'the connection' : 'it'}: ${words}. ${known}`.trimEnd()
  const hint = 'Is Redis running, and is REDIS_URL right?'
  return words ? `${hint} The last that was heard: ${words}` : hint
}

/** The file of the embedded engine belongs to another process (or another thread). */
export class QueueFileInUseError extends BackgroundError {
  override name = 'QueueFileInUseError'

  constructor(
    readonly file: string,
    readonly pid: number | undefined,
  ) {
    super(
      `${file} is in use by ${pid === process.pid ? 'another thread of this process' : `process ${pid ?? '(unknown)'}`}. ` +
        'The embedded queue belongs to one process, which both adds and consumes. ' +
        'Stop that one, name another file, or set REDIS_URL to share a queue between processes.',
    )
  }
}

/** A consumer cannot run a job, now or later: its module has no such function, or what is stored is not ours. */
export class UnknownJobError extends BackgroundError {
  override name = 'UnknownJobError'

  constructor(
    readonly queue: string,
    readonly job: string,
    /** The functions that the consumer has, if it is for want of one; else the job has no list of arguments. */
    readonly known?: string[],
  ) {
    super(
      `The queue ${queue} has a job for ${job}()` +
        (known
          ? `, and this consumer knows ${known.join(', ') || 'no function at all'}. Is its code older than that of the producer? Deploy it, then retry the dead letter.`
          : ' without a list of arguments in JSON: queue() did not store it.'),
    )
  }
}

/** A job ran longer than its `timeout`. */
export class JobTimeoutError extends BackgroundError {
  override name = 'JobTimeoutError'

  constructor(readonly milliseconds: number) {
    super(`Still running after ${milliseconds} ms. Make it shorter, or give it a longer timeout.`)
  }
}

/** A job was given up: its attempts are used up. `job.finished()` rejects with this. */
export class JobFailedError extends BackgroundError {
  override name = 'JobFailedError'

  constructor(
    readonly id: string,
    readonly job: string,
    readonly reason: string,
  ) {
    super(`${job} (${id}) failed for good: ${reason}`)
  }
}

/** The queue was closed while somebody waited for the end of a job. It goes on without them. */
export class QueueClosedError extends BackgroundError {
  override name = 'QueueClosedError'

  constructor(
    readonly queue: string,
    /** Of the job. */
    readonly id: string,
  ) {
    super(
      `The queue ${queue} was closed before job ${id} had ended. The job is still there: find it by its id, or wait for it before close().`,
    )
  }
}

/** Whether another attempt is of no use. BullMQ's UnrecoverableError says so by its name, whoever throws it. */
export function isFinal(error: unknown): error is Error {
  return error instanceof Error && /^(UnknownJob|Unrecoverable)Error$/.test(error.name)
}

/** Whether this is about one of these packages not being there: in the words of Bun, or in those of its bundler. */
export function isMissing(packages: string, error: unknown): boolean {
  const missing = new RegExp(`Cannot (?:find|require) (?:package|module) '?(?:${packages})\\b`)
  return error instanceof Error && missing.test(error.message)
}

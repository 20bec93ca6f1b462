/** Waits for a broker that has gone away, for a while: then the caller is told, and told what became of the job. */
import { BackgroundError } from './errors'
import { QueueUnavailableError } from './queue-errors'

export type Broker = {
  readonly queue: string
  /** In milliseconds. */
  readonly patience: number
  readonly ready: () => Promise<unknown>
  readonly isClosed: () => boolean
}

/** Between two tries, in milliseconds. */
const pause = 100

/**
 * Calls `call` once the broker is ready, again if the connection is lost, and rejects with a QueueUnavailableError
 * when its patience ends. A call must be safe to repeat: the one that was lost may have arrived.
 */
export async function untilAnswered<Result>(
  { queue, patience, ready, isClosed }: Broker,
  call: () => Promise<Result>,
  isWriting: boolean,
): Promise<Result> {
  const deadline = performance.now() + patience
  let isInDoubt = false
  const giveUp = (cause: unknown) => new QueueUnavailableError(queue, patience, isInDoubt, cause)

  for (;;) {
    const { promise: late, reject } = Promise.withResolvers<never>()
    let isSent = false
    const timer = setTimeout(() => {
      isInDoubt ||= isSent && isWriting
      reject(giveUp(undefined))
    }, deadline - performance.now())
    const answer = ready().then(() => {
      isSent = true
      return call()
    })
    try {
      return await Promise.race([answer, late])
    } catch (error) {
      if (!isLost(error)) throw error
      if (isClosed()) throw new BackgroundError(`The queue ${queue} is closed.`, { cause: error })
      isInDoubt ||= isSent && isWriting && !wasRefused(error)
      if (performance.now() + pause > deadline) throw giveUp(error)
    } finally {
      clearTimeout(timer)
    }
    await Bun.sleep(pause)
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
    /connection (is |has )?(closed|failed)|socket closed|^LOADING /i.test(error.message)
  )
}

/** Whether it is certain that the call has not left this process. */
function wasRefused(error: unknown): boolean {
  return error instanceof Error && /offline queue is disabled|^LOADING /.test(error.message)
}

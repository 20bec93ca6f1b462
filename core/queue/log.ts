/** What the queue prints when nobody has said where else to put it. */
import type { Json } from './json'

/** A job whose attempt failed. It was the last one if `attempt` equals `attempts`. */
export type FailedJob = {
  readonly queue: string
  readonly id: string
  readonly name: string
  readonly args: readonly Json[]
  readonly attempt: number
  readonly attempts: number
}

export function logFailure({ error, job }: { error: unknown; job: FailedJob }): void {
  const { queue, id, name, attempt, attempts } = job
  const what = `[queue] ${queue}: ${name} (${id}) failed, attempt ${attempt} of ${attempts}:`
  try {
    console.error(what, error)
  } catch {
    // Its toString or a getter threw.
    console.error(what, 'something that cannot be printed')
  }
}

/** A broker that is away says the same many times a second: once in ten seconds is enough. */
const quietFor = 10_000

/** Prints what goes wrong between a consumer and its engine, each kind of thing once in a while. */
export function troubleLog(queue: string): (error: Error) => void {
  const saidAt = new Map<string, number>()
  return ({ message }) => {
    // The ids of jobs do not make it another kind.
    const kind = message.replaceAll(/\S*\d\S*/g, '#')
    const now = performance.now()
    if (now - (saidAt.get(kind) ?? -Infinity) < quietFor) return
    if (saidAt.size > 100) saidAt.clear()
    saidAt.set(kind, now)
    console.error(`[queue] ${queue}: ${message}`)
  }
}

/** A call of a function on a worker, from the moment it is taken to its answer. */
import type { Pending } from './pending'
import type { PoolWorker } from './pool-worker'
import { brief } from './thrown'

export type CallOptions = {
  /** Milliseconds that the function may run, once it has started. Default: that of the pool. */
  timeout?: number
  /** Aborted: a call that waits is dropped, one that runs is ended together with its worker. Rejects with the reason. */
  signal?: AbortSignal | undefined
}

let lastId = 0

export class Call {
  readonly id = ++lastId
  /** Where it was sent; undefined while it is in the queue. */
  worker: PoolWorker | undefined = undefined
  /** How many workers have ended with this call before they began it. */
  lostWorkers = 0
  /** Whether its arguments are all primitive: then they can be sent as they are, and together with others. */
  readonly isPlain: boolean
  isSettled = false
  private readonly answer = Promise.withResolvers<unknown>()
  private aborted: (() => void) | undefined = undefined

  constructor(
    readonly name: string,
    public args: readonly unknown[],
    readonly timeout: number,
    private readonly signal: AbortSignal | undefined,
    private readonly underWay: Pending,
  ) {
    this.isPlain = arePrimitive(args)
    underWay.begin()
  }

  get promise(): Promise<unknown> {
    return this.answer.promise
  }

  whenAborted(abort: (reason: unknown) => void): void {
    const { signal } = this
    if (!signal) return
    this.aborted = () => abort(signal.reason)
    signal.addEventListener('abort', this.aborted)
  }

  /** Whoever calls may go on to change what it has passed: what cannot be sent at once is copied. False if it can't be. */
  keepArguments(): boolean {
    if (this.isPlain) return true
    try {
      this.args = structuredClone(this.args)
      return true
    } catch (error) {
      this.reject(this.uncloneable(error))
      return false
    }
  }

  resolve(result: unknown): void {
    if (this.settle()) this.answer.resolve(result)
  }

  reject(reason: unknown): void {
    if (this.settle()) this.answer.reject(reason)
  }

  /** What to say when its arguments could not be cloned. */
  uncloneable(cause: unknown): TypeError {
    let index = this.args.findIndex((argument) => !isCloneable(argument))
    if (index < 0) index = this.args.findIndex((argument) => argument instanceof Blob)
    const which = index < 0 ? 'The arguments' : `Argument ${index + 1}`
    const what = index < 0 ? '' : `: ${brief(this.args[index])}`
    return new TypeError(
      `${which} of ${this.name} cannot be sent to a worker${what}. Pass data: no functions, no instances of classes.`,
      { cause },
    )
  }

  private settle(): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    if (this.aborted) this.signal?.removeEventListener('abort', this.aborted)
    this.underWay.end()
    return true
  }
}

/** A loop, because this is asked of every call. */
function arePrimitive(values: readonly unknown[]): boolean {
  for (const value of values) if (!isPrimitive(value)) return false
  return true
}

function isPrimitive(value: unknown): boolean {
  return (
    (typeof value !== 'object' || value === null) &&
    typeof value !== 'function' &&
    typeof value !== 'symbol'
  )
}

function isCloneable(value: unknown): boolean {
  if (isPrimitive(value)) return true
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

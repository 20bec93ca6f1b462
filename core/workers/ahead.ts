/**
 * A line that sends calls ahead of their turn. For speed alone: no other file of the room knows of it, and without it,
 * a worker waits between two calls for the answer to come here and the next call to come there.
 *
 * The more short calls a worker has answered, the more it is sent. What it has not begun still waits: it moves to a
 * worker that has nothing to do, away from a call that turns out to be long, and out of the line if it is aborted.
 */
import { type Call, Line } from './call'
import type { PoolWorker } from './worker'

/** More calls than this on their way to one worker make nothing faster. */
const mostAhead = 16

/** Behind a call that took less than this, in milliseconds, others may wait. */
const short = 1

/** So many milliseconds after its start a call is long, and what waits behind it moves. */
const patience = 5

/** What was sent to a worker beside its current call, and how many calls it may have. */
type Lane = { readonly calls: Call[]; readonly tokens: Tokens; window: number }

export class AheadLine extends Line<PoolWorker> {
  private readonly lanes = new Map<PoolWorker, Lane>()
  private lastLook = -Infinity

  override get size(): number {
    let size = super.size
    for (const { calls } of this.lanes.values()) size += calls.length
    return size
  }

  override push(call: Call): void {
    super.push(call)
    if (super.size > 1) return
    let freest: PoolWorker | undefined
    let least = Infinity
    for (const [worker, lane] of this.lanes) {
      const load = loadOf(worker, lane.calls)
      if (load >= least || load > lane.window / 4) continue
      least = load
      freest = worker
    }
    if (freest) this.fill(freest, this.lanes.get(freest)!)
  }

  override next(worker: PoolWorker, now: number): Call | undefined {
    const lane = this.lanes.get(worker) ?? this.open(worker)
    lane.window = worker.took < short ? Math.min(lane.window * 2, mostAhead) : 1
    // To look when an answer comes is enough: before that, there is no worker to go to.
    if (now - this.lastLook >= patience) this.moveStuck(now)
    this.fill(worker, lane)
    if (lane.calls.length === 0 && this.takeBackOne()) this.fill(worker, lane)
    return lane.calls.shift()
  }

  override remove(call: Call): boolean {
    if (super.remove(call)) return true
    for (const [worker, { calls, tokens }] of this.lanes) {
      const index = calls.indexOf(call)
      if (index < 0 && worker.current !== call) continue
      if (!tokens.take(call.token)) return false
      if (index >= 0) calls.splice(index, 1)
      return true
    }
    return false
  }

  override takeBack(worker: PoolWorker): number {
    const lane = this.lanes.get(worker)
    if (!lane) return 0
    for (const call of lane.calls.slice()) this.takeBackCall(lane, call)
    return lane.calls.length
  }

  override forget(worker: PoolWorker): readonly Call[] {
    const calls = this.lanes.get(worker)?.calls ?? []
    this.lanes.delete(worker)
    return calls
  }

  private open(worker: PoolWorker): Lane {
    const tokens = new Tokens(new SharedArrayBuffer(mostAhead * Int32Array.BYTES_PER_ELEMENT))
    worker.post(tokens.memory)
    const lane = { calls: [], tokens, window: 1 }
    this.lanes.set(worker, lane)
    return lane
  }

  /** Sends a worker what it may have: nothing before most of it is done, so that the next come in one message. */
  private fill(worker: PoolWorker, { calls, tokens, window }: Lane): void {
    const load = loadOf(worker, calls)
    if (super.size === 0 || load > window / 4) return
    const share = Math.ceil(super.size / this.lanes.size)
    const count = Math.min(window - load, share)
    const sent: Call[] = []
    while (sent.length < count) {
      const call = this.shift()!
      call.token = tokens.next()
      sent.push(call)
    }
    worker.send(sent)
    for (const call of sent)
      if (call.state === 'settled')
        tokens.take(call.token) // it could not be sent
      else calls.push(call)
  }

  /** What waits behind a long call, or came after one, waits for any worker again. */
  private moveStuck(now: number): void {
    this.lastLook = now
    for (const [worker, lane] of this.lanes) {
      if (lane.calls.length === 0) continue
      if (now - worker.since < patience && worker.took < patience) continue
      lane.window = 1
      this.takeBack(worker)
    }
  }

  private takeBackOne(): boolean {
    for (const lane of this.lanes.values())
      for (const call of lane.calls) if (this.takeBackCall(lane, call)) return true
    return false
  }

  private takeBackCall({ calls, tokens }: Lane, call: Call): boolean {
    if (!tokens.take(call.token)) return false
    calls.splice(calls.indexOf(call), 1)
    this.putBack(call)
    return true
  }
}

function loadOf(worker: PoolWorker, calls: readonly Call[]): number {
  return calls.length + (worker.current ? 1 : 0)
}

/** The highest number that a slot can hold. */
const highest = 2 ** 31 - 1

/**
 * One token for every call that was sent, in memory that both sides see. Whoever swaps it for 0 has the call: the
 * worker to run it, or the line to give it to another worker. So a call can move even from a worker that is in the
 * middle of a loop, it never runs twice, and after a crash it is known which call had begun.
 */
export class Tokens {
  private readonly slots: Int32Array
  private last = 0

  constructor(readonly memory: SharedArrayBuffer) {
    this.slots = new Int32Array(memory)
  }

  /** Lays down a token for a call that is about to be sent. There must be fewer untaken ones than slots. */
  next(): number {
    const { length } = this.slots
    do this.last = (this.last % highest) + 1
    while (Atomics.load(this.slots, this.last % length) !== 0)
    Atomics.store(this.slots, this.last % length, this.last)
    return this.last
  }

  take(token: number): boolean {
    return Atomics.compareExchange(this.slots, token % this.slots.length, token, 0) === token
  }
}

/**
 * A line that sends calls ahead of their turn. For speed alone: no other file of the room knows of it, and without it,
 * a worker waits between two calls for the answer to come here and the next call to come there.
 *
 * A worker whose last call was short is sent many. What it has not begun still waits: it moves to a worker that has
 * nothing to do, away from a call that turns out to be long, and out of the line if it is aborted.
 */
import { type Call, Line } from './call'
import type { PoolWorker } from './worker'

/** More calls than this on their way to one worker make nothing faster. */
const mostAhead = 16

/** Behind a call that took less than this, in milliseconds, others may wait. */
const short = 1

/** A call that was to run on so many workers that ended is not given another. */
const mostLost = 3

/** So many milliseconds after its start a call is long, and what waits behind it moves. */
const patience = 5

/** What was sent to a worker beside its current call. */
class Lane {
  readonly calls: Call[] = []
  readonly tokens = new Tokens(new SharedArrayBuffer(mostAhead * Int32Array.BYTES_PER_ELEMENT))

  constructor(readonly worker: PoolWorker) {
    worker.channel.send(this.tokens.memory)
  }

  /** How many more it may have: none before most are done, so that the next come in one message. */
  get room(): number {
    const { current, took, since } = this.worker
    const load = this.calls.length + (current ? 1 : 0)
    if (load > mostAhead / 4) return 0
    const isQuick = took < short && !(current && performance.now() - since >= patience)
    return Math.max((isQuick ? mostAhead : 1) - load, 0)
  }
}

export class AheadLine extends Line {
  private lanes: Lane[] = []
  private lastLook = -Infinity

  override push(call: Call): void {
    super.push(call)
    this.spread()
  }

  override next(worker: PoolWorker, now: number): Call | undefined {
    const lane = this.laneOf(worker)
    // To look when an answer comes is enough: before that, there is no worker to go to.
    if (lane.calls.length === 0 || now - this.lastLook >= patience) {
      this.lastLook = now
      this.takeBack()
    }
    this.fill(lane)
    this.spread()
    return lane.calls.shift()
  }

  override takeBack(): void {
    this.lanes = this.lanes.filter(({ worker }) => !worker.isEnding)
    for (const { calls, tokens } of this.lanes)
      for (const call of calls.slice()) {
        if (!tokens.take(call.token)) continue
        calls.splice(calls.indexOf(call), 1)
        this.putBack(call)
      }
  }

  override recover(worker: PoolWorker, call: Call): boolean {
    const lane = this.lanes.find((one) => one.worker === worker)
    if (!lane?.tokens.take(call.token) || ++call.lost > mostLost) return false
    call.state = 'waiting'
    this.putBack(call)
    return true
  }

  override begunBy(worker: PoolWorker): readonly Call[] {
    const lane = this.lanes.find((one) => one.worker === worker)
    return [...super.begunBy(worker), ...(lane?.calls ?? [])]
  }

  private laneOf(worker: PoolWorker): Lane {
    let lane = this.lanes.find((one) => one.worker === worker)
    if (!lane) this.lanes.push((lane = new Lane(worker)))
    return lane
  }

  /** Sends what waits to workers that run a call and have room, first to the one that has most. */
  private spread(): void {
    while (this.waiting.length > 0) {
      let freest: Lane | undefined
      let most = 0
      for (const lane of this.lanes) {
        const room = lane.worker.current ? lane.room : 0
        if (room > most) [freest, most] = [lane, room]
      }
      if (!freest) return
      this.fill(freest)
    }
  }

  /** Sends what there is room for, and no more than its share. */
  private fill(lane: Lane): void {
    if (this.waiting.length === 0) return
    const count = Math.min(lane.room, Math.ceil(this.waiting.length / this.lanes.length))
    if (count === 0) return
    const sent: Call[] = []
    while (sent.length < count) {
      const call = this.waiting.shift()!
      call.token = lane.tokens.next()
      sent.push(call)
    }
    lane.worker.send(sent)
    for (const call of sent)
      if (call.state === 'settled')
        lane.tokens.take(call.token) // it could not be sent
      else lane.calls.push(call)
  }
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

/** The highest number that a slot can hold. */
const highest = 2 ** 31 - 1

/**
 * One token for every call that was sent to a thread, in memory that both sides see. Whoever swaps it for 0 has the
 * call: the worker to run it, or the pool to give it to another worker. So a call can move even from a worker that is
 * in the middle of a loop, it never runs twice, and after a crash it is known which call had begun.
 */
export class Tokens {
  private readonly slots: Int32Array
  private last = 0

  constructor(readonly memory: SharedArrayBuffer) {
    this.slots = new Int32Array(memory)
  }

  static of(count: number): Tokens {
    return new Tokens(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT))
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

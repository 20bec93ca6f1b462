/**
 * One token for every call that was sent to a thread, in memory that both sides see. Whoever swaps it for 0 has the
 * call: the worker to run it, or the pool to give it to another worker. So a call can move even from a worker that is
 * in the middle of a loop, it never runs twice, and after a crash it is known which call had begun.
 */
export class Tokens {
  private readonly slots: Int32Array

  constructor(readonly memory: SharedArrayBuffer) {
    this.slots = new Int32Array(memory)
  }

  static of(count: number): Tokens {
    return new Tokens(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT))
  }

  /** Lays down the token of a call that is about to be sent. The one that lay there has been taken. */
  put(token: number): void {
    Atomics.store(this.slots, token % this.slots.length, token)
  }

  take(token: number): boolean {
    return Atomics.compareExchange(this.slots, token % this.slots.length, token, 0) === token
  }
}

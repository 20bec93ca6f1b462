/** Calls that wait for a worker, first come, first out; what comes back from a worker has its old place again. */
import type { Call } from './call'

export class CallQueue {
  private readonly fresh = new Set<Call>()
  private readonly returned: Call[] = []

  get size(): number {
    return this.fresh.size + this.returned.length
  }

  push(call: Call): void {
    this.fresh.add(call)
  }

  putBack(calls: readonly Call[]): void {
    if (calls.length === 0) return
    this.returned.push(...calls)
    this.returned.sort((one, other) => one.id - other.id)
  }

  /** The next so many calls. */
  take(count: number): Call[] {
    const taken = this.returned.splice(0, count)
    for (const call of this.fresh) {
      if (taken.length >= count) break
      this.fresh.delete(call)
      taken.push(call)
    }
    return taken
  }

  delete(call: Call): boolean {
    const index = this.returned.indexOf(call)
    if (index >= 0) this.returned.splice(index, 1)
    return index >= 0 || this.fresh.delete(call)
  }

  /** Takes them all. */
  empty(): Call[] {
    const calls = [...this.returned.splice(0), ...this.fresh]
    this.fresh.clear()
    return calls
  }
}

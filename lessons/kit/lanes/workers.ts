/** The workers of a scene: how long each was there, and the calls that it took. */
import type { LaneEvent } from './events'

export type SceneCall = {
  id: number
  name: string
  at: number
  end?: number
  state: 'running' | 'succeeded' | 'failed'
  error?: string
}

export type SceneWorker = {
  key: string
  process: string
  /** 'Worker 1', 'Worker 2': in the order in which they started, from 1 in each life of the process. */
  name: string
  from: number
  to?: number
  error?: string
  calls: SceneCall[]
}

type Of<Type extends LaneEvent['type']> = Extract<LaneEvent, { type: Type }>

const mostWorkers = 200
const mostCalls = 1_000

export class Workers {
  readonly byKey = new Map<string, SceneWorker>()
  private readonly named = new Map<string, number>()

  addWorker(event: Of<'worker'>, key: string, life: string): void {
    if (event.status === 'started') {
      this.of(key, life, event)
      return
    }
    const worker = this.byKey.get(key)
    if (!worker) return
    worker.to = event.at
    if (event.error !== undefined) worker.error = event.error
    endCalls(worker, event.at, event.error ?? 'the worker ended')
  }

  addCall(event: Of<'call'>, workerKey: string, life: string): void {
    const { id, name, at, status, error } = event
    const worker = this.of(workerKey, life, event)
    if (status === 'running') {
      worker.calls.push({ id, name, at, state: status })
      return
    }
    const call = worker.calls.findLast((one) => one.id === id)
    if (!call) return
    // A worker that dies ends its call: it ended then, and not when that was noticed.
    Object.assign(call, { state: status, end: Math.min(at, call.end ?? at) })
    if (status === 'succeeded') delete call.error
    else if (error !== undefined) call.error = error
  }

  lose(process: string, at: number, reason: string): void {
    for (const worker of this.byKey.values()) {
      if (worker.process !== process || worker.to !== undefined) continue
      worker.to = at
      endCalls(worker, at, reason)
    }
  }

  forget(time: number, most = mostWorkers): void {
    let tooMany = this.byKey.size - most
    for (const [key, worker] of this.byKey) {
      if (tooMany-- > 0 || (worker.to ?? Infinity) < time) this.byKey.delete(key)
      worker.calls = worker.calls.filter((call) => (call.end ?? Infinity) >= time).slice(-mostCalls)
    }
  }

  clear(time: number): void {
    this.forget(time)
    for (const worker of this.byKey.values())
      worker.calls = worker.calls.filter((call) => call.end === undefined)
  }

  private of(key: string, life: string, { process, at }: Of<'worker'> | Of<'call'>): SceneWorker {
    const known = this.byKey.get(key)
    if (known) return known
    const number = (this.named.get(life) ?? 0) + 1
    this.named.set(life, number)
    const worker = { key, process, name: `Worker ${number}`, from: at, calls: [] }
    this.byKey.set(key, worker)
    return worker
  }
}

function endCalls(worker: SceneWorker, at: number, error: string): void {
  for (const call of worker.calls)
    if (call.state === 'running') Object.assign(call, { state: 'failed', end: at, error })
}

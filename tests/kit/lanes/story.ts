/** Events of a lesson that never ran, told in a few words. All times are milliseconds from the beginning of the story. */
import type { LaneEvent, ParentEvent, ProcessEvent } from '../../../lessons/kit/lanes/events'
import { type Scene, SceneBuilder } from '../../../lessons/kit/lanes/scene'

export type Told = {
  name: string
  /** Milliseconds. Without it, it runs until the end of the story. */
  took?: number
  fails?: string
  args?: string
}
type RequestTold = {
  method?: string
  path?: string
  code?: number
  took?: number
  poll?: true
  tasks?: Told[]
}

/** When every story begins. */
export const beginning = 1_800_000_000_000

export class Story {
  private readonly told: { process: string; event: ProcessEvent | ParentEvent }[] = []
  private ids = 0
  private quiet: [number, number][] = []

  constructor(
    readonly title: string,
    /** When the story is looked at. */
    readonly end: number,
    tell: (story: Story) => void,
  ) {
    this.flag(0, 'app is ready', 'ready')
    tell(this)
    this.beat()
  }

  /** A request; its tasks run one after the other when its last byte has left, until one fails. */
  request(at: number, told: RequestTold = {}): this {
    const { method = 'POST', path = '/signup', code = 200, took = 4, poll, tasks = [] } = told
    const id = ++this.ids
    this.say({
      type: 'request',
      at,
      id,
      status: 'arrived',
      method,
      path,
      ...(poll ? { poll } : {}),
    })
    let time = at + took
    this.say({ type: 'request', at: time - Math.min(1, took / 2), id, status: 'answered', code })
    this.say({ type: 'request', at: time, id, status: 'sent' })
    const named = tasks.map((task) => ({ ...task, task: ++this.ids }))
    named.forEach(({ name, args, task }, index) => {
      const place = { file: 'lessons/03-ordered-tasks/app.tsx', line: 30 + index }
      const more = { request: id, place, ...(args === undefined ? {} : { args }) }
      this.say({ type: 'task', at: at + took / 2, id: task, status: 'waiting', name, ...more })
    })
    let stopped = false
    for (const { name, task, took: length, fails } of named) {
      const base = { type: 'task', id: task, name } as const
      if (stopped) {
        this.say({ ...base, at: time, status: 'skipped' })
        continue
      }
      this.say({ ...base, at: time, status: 'running' })
      if (length === undefined) break
      time += length
      if (fails === undefined) this.say({ ...base, at: time, status: 'succeeded' })
      else this.say({ ...base, at: time, status: 'failed', error: fails })
      stopped = fails !== undefined
    }
    return this
  }

  poll(path: string, ...times: number[]): this {
    for (const at of times) this.request(at, { method: 'GET', path, took: 1, poll: true })
    return this
  }

  hole(from: number, to: number): this {
    this.quiet.push([from, to])
    this.say({ type: 'hole', from, to })
    return this
  }

  flag(at: number, text: string, status?: 'ready' | 'killed' | 'started'): this {
    if (status) this.say({ type: 'process', at, status, text })
    else this.say({ type: 'flag', at, text })
    return this
  }

  worker(
    id: number,
    from: number,
    calls: [at: number, name: string, took?: number][],
    dies?: [at: number, why: string],
  ): this {
    this.say({ type: 'worker', at: from, id, status: 'started' })
    for (const [at, name, took] of calls) {
      const call = { type: 'call', id: ++this.ids, worker: id, name } as const
      this.say({ ...call, at, status: 'running' })
      if (took !== undefined) this.say({ ...call, at: at + took, status: 'succeeded' })
    }
    if (dies) this.say({ type: 'worker', at: dies[0], id, status: 'ended', error: dies[1] })
    return this
  }

  job(
    id: string,
    at: number,
    runs: [at: number, took?: number, error?: string][],
    attempts = 3,
  ): this {
    const job = { type: 'job', id, name: 'sendWelcomeEmail', queue: 'mails' } as const
    this.say({ ...job, at, status: 'stored' })
    runs.forEach(([start, took, error], index) => {
      const run = { ...job, attempt: index + 1, attempts }
      this.say({ ...run, at: start, status: 'running' })
      if (took === undefined) return
      if (error === undefined) this.say({ ...run, at: start + took, status: 'succeeded' })
      else this.say({ ...run, at: start + took, status: 'failed', error })
    })
    return this
  }

  /** In the order of time, numbered from 1, up to the end of the story. */
  events(): LaneEvent[] {
    return this.told
      .filter(({ event }) => timeOf(event) <= beginning + this.end)
      .sort((one, other) => timeOf(one.event) - timeOf(other.event))
      .map(({ process, event }, index) => ({ n: index + 1, process, ...event }))
  }

  scene(): Scene {
    const builder = new SceneBuilder()
    for (const event of this.events()) builder.add(event)
    return builder.scene
  }

  /** The scene as it grows, at some times of the story. */
  *growing(times: number): Generator<{ time: number; scene: Scene }> {
    const builder = new SceneBuilder()
    const events = this.events()
    for (let step = 1; step <= times; step++) {
      const time = (this.end * step) / times
      while (events[0] && timeOf(events[0]) <= beginning + time) builder.add(events.shift()!)
      yield { time, scene: builder.scene }
    }
  }

  private beat(): void {
    let from = 0
    for (const [start, end] of [...this.quiet, [this.end, this.end] as [number, number]]) {
      for (let at = from; at < start; at += 250)
        this.say({ type: 'alive', from: at, to: Math.min(start, at + 250) })
      from = end
    }
  }

  private say(event: ProcessEvent | ParentEvent): void {
    const moved =
      'at' in event
        ? { ...event, at: beginning + event.at }
        : { ...event, from: beginning + event.from, to: beginning + event.to }
    this.told.push({ process: 'app', event: moved })
  }
}

function timeOf(event: ProcessEvent | ParentEvent): number {
  return 'at' in event ? event.at : event.to
}

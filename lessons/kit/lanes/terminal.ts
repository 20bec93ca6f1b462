/**
 * The lanes of a request in the terminal, when its last task has ended. A request without tasks is not shown, nor is one
 * that only asks again and again.
 */
import type { LaneEvent } from './events'
import { SceneBuilder, type SceneRequest } from './scene'
import { requestAsText } from './text'

export type Paper = { width: number; colour: boolean }

/** Requests shown in one second. Nobody reads more, and a burst is not to fill the screen. */
const mostAtOnce = 8
/** Tasks shown of one request. */
const mostTasks = 12
/** Requests that are remembered because they may still get a task. */
const mostOpen = 1_000
const mostHoles = 20
const second = 1_000

/** What is known of a request. Its picture is made from its own events, once. */
type Open = { events: LaneEvent[]; left: number; hasTasks: boolean }
type Life = { requests: Map<number, Open>; requestOf: Map<number, Open>; holes: LaneEvent[] }

export class TerminalLanes {
  private readonly lives = new Map<string, Life>()
  private readonly complete = new Set<Open>()
  private secondBegan = -Infinity
  private shown = 0
  private hidden = 0

  constructor(
    private readonly print: (text: string) => void,
    private readonly paper: () => Paper,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Takes what was told at once, and prints the requests that are complete by it. */
  add(events: readonly LaneEvent[]): void {
    for (const event of events) this.take(event)
    this.printComplete()
  }

  private take(event: LaneEvent): void {
    const life = this.life(event.process)
    if (event.type === 'request') this.takeRequest(event, life)
    else if (event.type === 'task') this.takeTask(event, life)
    else if (event.type === 'hole') takeHole(event, life)
    else if (event.type === 'process' && event.status !== 'ready') {
      // Another life: what has not ended is lost, and is shown like that.
      for (const open of life.requests.values()) {
        if (open.left === 0) continue
        open.events.push(event)
        this.complete.add(open)
      }
      this.lives.delete(event.process)
    }
  }

  private takeRequest(event: Extract<LaneEvent, { type: 'request' }>, life: Life): void {
    const { requests, holes } = life
    if (event.status !== 'arrived') {
      requests.get(event.id)?.events.push(event)
      return
    }
    if (requests.size >= mostOpen) forgetOne(requests)
    requests.set(event.id, { events: [...holes, event], left: 0, hasTasks: false })
  }

  private takeTask(event: Extract<LaneEvent, { type: 'task' }>, life: Life): void {
    const { id, status, request } = event
    if (status === 'waiting') {
      const open = request === undefined ? undefined : life.requests.get(request)
      if (!open) return
      open.events.push(event)
      open.hasTasks = true
      open.left++
      life.requestOf.set(id, open)
      return
    }
    const open = life.requestOf.get(id)
    open?.events.push(event)
    if (status === 'running' || !open) return
    life.requestOf.delete(id)
    if (--open.left === 0) this.complete.add(open)
  }

  private printComplete(): void {
    const now = this.clock()
    if (now - this.secondBegan >= second) {
      if (this.hidden > 0) this.print(`${this.hidden} more requests have ended: too many to show.`)
      this.secondBegan = now
      this.shown = 0
      this.hidden = 0
    }
    for (const open of this.complete) {
      if (this.shown++ < mostAtOnce) this.print(this.asText(open))
      else this.hidden++
    }
    this.complete.clear()
  }

  private asText({ events }: Open): string {
    const builder = new SceneBuilder()
    for (const event of events) builder.add(event)
    const [request] = builder.scene.requests
    if (!request) return ''
    const { width, colour } = this.paper()
    const tasks = request.tasks.slice(0, mostTasks)
    const text = requestAsText({ ...request, tasks }, width, { colour })
    return [text, ...wordsOfRest(request)].join('\n')
  }

  private life(process: string): Life {
    const known = this.lives.get(process)
    if (known) return known
    const life: Life = { requests: new Map(), requestOf: new Map(), holes: [] }
    this.lives.set(process, life)
    return life
  }
}

/** Is told when it is over: by then, whoever waited for that may have arrived. */
function takeHole(event: LaneEvent, { holes, requests }: Life): void {
  holes.push(event)
  if (holes.length > mostHoles) holes.shift()
  for (const open of requests.values()) open.events.push(event)
}

/** The oldest, of those with nothing to wait for if there is one. */
function forgetOne(requests: Map<number, Open>): void {
  const [first] = requests.keys()
  const idle = requests.entries().find(([, { left }]) => left === 0)
  const id = idle?.[0] ?? first
  if (id !== undefined) requests.delete(id)
}

function wordsOfRest({ tasks }: SceneRequest): string[] {
  const rest = tasks.slice(mostTasks)
  if (rest.length === 0) return []
  const counts = new Map<string, number>()
  for (const { state } of rest) counts.set(state, (counts.get(state) ?? 0) + 1)
  const words = Array.from(counts, ([state, count]) => `${count} ${state}`)
  return [`${rest.length} more tasks: ${words.join(', ')}.`]
}

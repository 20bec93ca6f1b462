/**
 * A run of a lesson: its processes, what they have told and printed, and what somebody may do to them: make something
 * fail, and begin anew.
 */
import type { Failure } from '../index'
import { LessonChild, type Stream } from './child'
import type { LaneEvent, ParentEvent, ProcessEvent } from './lanes/events'
import { Recorder } from './lanes/recorder'

/** What is run as a process. */
export type Program = {
  name: string
  command: readonly string[]
  cwd?: string
  environment?: Record<string, string>
  /** Where it listens. If that is not known, it says so itself. */
  address?: string
  /** What a browser finds there, if anything. */
  page?: string
  /** Whether it is started again when somebody kills it with -9. */
  isRestarted?: boolean
}

export type ProcessState = {
  name: string
  url?: string
  page?: string
  state: 'starting' | 'ready' | 'stopped' | 'ended'
}

/** What the guide shows of a run, and does with it. */
export type Run = {
  readonly recorder: Recorder
  processes(): ProcessState[]
  failures(): { label: string; isOn: boolean }[]
  /** Makes something fail, or ends that. Rejects with a sentence if that cannot be done now. */
  press(index: number): Promise<void>
  /** Stops all processes and starts them again. */
  restart(): Promise<void>
}

export type ControlOptions = {
  recorder?: Recorder
  /** Called with each line that a process prints. */
  whenPrinted?: (process: string, stream: Stream, line: string) => void
  /** Called with what happened, in batches. */
  whenTold?: (events: readonly Told[]) => void
  /** Called when a process ends that nobody has asked to. `isBack`: it is started again. */
  whenEnded?: (child: LessonChild, isBack: boolean) => void
}

/** An event, before it has a number. */
export type Told = LaneEvent extends infer Event
  ? Event extends LaneEvent
    ? Omit<Event, 'n'>
    : never
  : never

type Slot = { program: Program; state: ProcessState['state']; child?: LessonChild }

/** Milliseconds that a route has for a failure. */
const patience = 5_000

export class Control implements Run {
  readonly recorder: Recorder
  private readonly slots: Slot[]
  private readonly on = new Set<Failure>()
  private isOver = false
  /** What is done to the processes is done one after another. */
  private turn: Promise<unknown> = Promise.resolve()

  constructor(
    programs: readonly Program[],
    private readonly known: readonly Failure[] = [],
    private readonly options: ControlOptions = {},
  ) {
    this.recorder = options.recorder ?? new Recorder()
    this.slots = programs.map((program) => ({ program, state: 'stopped' }))
  }

  /** Starts the processes one after another, until one of them ends. */
  start(): Promise<void> {
    return this.inTurn(() => this.startAll())
  }

  processes(): ProcessState[] {
    return this.slots.map(({ program: { name, address, page }, state, child }) => {
      const url = address ?? child?.address
      return { name, state, ...(url !== undefined && { url }), ...(page !== undefined && { page }) }
    })
  }

  failures(): { label: string; isOn: boolean }[] {
    return this.known.map((failure) => ({ label: failure.label, isOn: this.isOn(failure) }))
  }

  async press(index: number): Promise<void> {
    const failure = this.known[index]
    if (!failure)
      throw new RangeError(`There are ${this.known.length} failures, got number ${index}.`)
    await this.inTurn(() => ('down' in failure ? this.turnDown(failure) : this.post(failure)))
  }

  restart(): Promise<void> {
    // At once: one that never listens would hold the turn for ever.
    for (const { state, child } of this.slots) if (state === 'starting') void child?.stop('SIGTERM')
    return this.inTurn(async () => {
      await this.stopAll('SIGTERM')
      this.on.clear()
      await this.startAll()
    })
  }

  /**
   * Kills one process and starts it anew, and with it those that have ended. What it still had to do is lost, and nobody
   * waits for it.
   */
  async renew(name: string): Promise<void> {
    // At once: one that never listens would hold the turn for ever.
    void this.halt(name)
    await this.inTurn(async () => {
      await this.halt(name)
      for (const slot of this.slots)
        if (slot.program.name === name || slot.state === 'ended') await this.startOne(slot)
    })
  }

  /** Kills one process. Resolves when it is gone and its port is free. */
  async halt(name: string): Promise<void> {
    await this.slot(name).child?.stop('SIGKILL')
  }

  /** Stops all of them, the last one first: it uses the others, and finishes its tasks while they still answer. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isOver = true
    await this.stopAll(signal)
  }

  /** Kills all of them, for somebody in a hurry. */
  kill(): void {
    this.isOver = true
    for (const { child } of this.slots) child?.kill()
  }

  /** Whether each has ended by itself with 0, or as it was asked to. */
  get haveStoppedWell(): boolean {
    return this.slots.every(({ child }) => !child || child.hasStoppedWell)
  }

  private isOn(failure: Failure): boolean {
    return 'down' in failure ? this.slot(failure.down).state === 'stopped' : this.on.has(failure)
  }

  private async turnDown({ label, down }: Extract<Failure, { down: string }>): Promise<void> {
    const slot = this.slot(down)
    if (slot.state === 'stopped') {
      this.flag(down, `${label}: over`)
      await this.startOne(slot)
    } else {
      this.flag(down, label)
      await slot.child?.stop('SIGTERM')
      slot.state = 'stopped'
    }
  }

  private async post(failure: Extract<Failure, { post: object }>): Promise<void> {
    const { process, path, undo } = failure.post
    const isOn = this.on.has(failure)
    const slot = this.slot(process)
    const address = slot.program.address ?? slot.child?.address
    if (slot.state !== 'ready' || address === undefined)
      throw new Error(`${process} does not run: start it first.`)
    const at = now()
    await ask(process, `${address}${isOn ? undo : path}`)
    this.flag(process, isOn ? `${failure.label}: over` : failure.label, at)
    if (isOn) this.on.delete(failure)
    else if (undo !== undefined) this.on.add(failure)
  }

  private async startAll(): Promise<void> {
    for (const slot of this.slots) {
      if (this.isOver) return
      await this.startOne(slot)
      if (slot.state !== 'ready') return
    }
  }

  /** Resolves when it listens, or has ended. */
  private async startOne(slot: Slot): Promise<void> {
    if (this.isOver) return
    const { name, command, cwd, environment = {} } = slot.program
    // What was done to its earlier life is over with that.
    for (const failure of this.on)
      if ('post' in failure && failure.post.process === name) this.on.delete(failure)
    this.tell(name, 'started', `${name} is started`)
    const child = new LessonChild({
      name,
      command,
      environment,
      ...(cwd !== undefined && { cwd }),
      print: (stream, line) => {
        this.recorder.print(name, stream, line)
        this.options.whenPrinted?.(name, stream, line)
      },
      hear: (events) => this.record(name, events),
    })
    slot.child = child
    slot.state = 'starting'
    const ready = child.ready.then(() => {
      slot.state = 'ready'
      this.tell(name, 'ready', `${name} is ready`)
    })
    const ended = child.ended.then(() => this.hasEnded(slot, child))
    await Promise.race([ready, ended])
  }

  private hasEnded(slot: Slot, child: LessonChild): void {
    const { name, signal, exitCode, isAsked } = child
    slot.state = isAsked ? 'stopped' : 'ended'
    if (isAsked) this.tell(name, 'stopped', `${name} has stopped`)
    else if (signal) this.tell(name, 'killed', `${name} was killed (${signal})`)
    else this.tell(name, 'ended', `${name} has ended, exit code ${exitCode}`)
    if (isAsked) return
    const isBack = Boolean(slot.program.isRestarted) && signal === 'SIGKILL' && !this.isOver
    this.options.whenEnded?.(child, isBack)
    if (isBack) void this.startOne(slot)
  }

  private async stopAll(signal: NodeJS.Signals): Promise<void> {
    for (const { child } of this.slots.toReversed()) await child?.stop(signal)
  }

  private slot(name: string): Slot {
    const slot = this.slots.find(({ program }) => program.name === name)
    if (!slot) throw new TypeError(`There is no process ${name}.`)
    return slot
  }

  private inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(act)
    this.turn = result.catch(() => undefined) // it is the caller's
    return result
  }

  private tell(process: string, status: ProcessEventStatus, text: string): void {
    this.record(process, [{ type: 'process', at: now(), status, text }])
  }

  private flag(process: string, text: string, at = now()): void {
    this.record(process, [{ type: 'flag', at, text }])
  }

  private record(process: string, events: readonly (ProcessEvent | ParentEvent)[]): void {
    for (const event of events) this.recorder.record(process, event)
    this.options.whenTold?.(events.map((event) => ({ process, ...event })))
  }
}

type ProcessEventStatus = Extract<ParentEvent, { type: 'process' }>['status']

/** Without an Origin: it is no page that asks. */
async function ask(process: string, url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(patience) }).catch(
    () => undefined,
  )
  if (answer?.ok) return
  const what = answer ? `answered ${answer.status}` : 'did not answer'
  throw new Error(`${process} ${what} at ${new URL(url).pathname}.`)
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

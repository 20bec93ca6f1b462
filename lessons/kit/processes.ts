/** The processes of a run: started one after another, stopped in the opposite order, and what they tell recorded. */
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

export type ProcessesOptions = {
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
type Status = Extract<ParentEvent, { type: 'process' }>['status']

export class Processes {
  readonly recorder: Recorder
  private readonly slots: Slot[]
  /** Nothing is started any more. */
  private isOver = false

  constructor(
    programs: readonly Program[],
    private readonly options: ProcessesOptions,
    /** Called when a process begins a new life. */
    private readonly whenStarted: (process: string) => void,
  ) {
    this.recorder = options.recorder ?? new Recorder()
    this.slots = programs.map((program) => ({ program, state: 'stopped' }))
  }

  states(): ProcessState[] {
    return this.slots.map(({ program: { name, address, page }, state, child }) => {
      const url = address ?? child?.address
      return { name, state, ...(url !== undefined && { url }), ...(page !== undefined && { page }) }
    })
  }

  /** Starts them one after another, until one of them ends. */
  async startAll(): Promise<void> {
    for (const slot of this.slots) {
      await this.begin(slot)
      if (slot.state !== 'ready') return
    }
  }

  /** Resolves when it listens, or has ended. */
  start(name: string): Promise<void> {
    return this.begin(this.slot(name))
  }

  /** Resolves when it has ended. */
  async stop(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.slot(name).child?.stop(signal)
  }

  /** The last one first: it uses the others, and finishes its tasks while they still answer. */
  async stopAll(signal: NodeJS.Signals): Promise<void> {
    for (const { child } of this.slots.toReversed()) await child?.stop(signal)
  }

  /** Whoever waits for one to listen need not any longer. */
  stopStarting(): void {
    for (const { state, child } of this.slots) if (state === 'starting') void child?.stop('SIGTERM')
  }

  /** From now on nothing is started. */
  close(): void {
    this.isOver = true
  }

  killAll(): void {
    for (const { child } of this.slots) child?.kill()
  }

  /** Whether each has ended by itself with 0, or as it was asked to. */
  get haveStoppedWell(): boolean {
    return this.slots.every(({ child }) => !child || child.hasStoppedWell)
  }

  record(process: string, events: readonly (ProcessEvent | ParentEvent)[]): void {
    for (const event of events) this.recorder.record(process, event)
    this.options.whenTold?.(events.map((event) => ({ process, ...event })))
  }

  private async begin(slot: Slot): Promise<void> {
    if (this.isOver) return
    const { name, command, cwd, environment = {} } = slot.program
    this.whenStarted(name)
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
    if (isBack) void this.begin(slot)
  }

  private slot(name: string): Slot {
    const slot = this.slots.find(({ program }) => program.name === name)
    if (!slot) throw new TypeError(`There is no process ${name}.`)
    return slot
  }

  private tell(process: string, status: Status, text: string): void {
    this.record(process, [{ type: 'process', at: now(), status, text }])
  }
}

/** Milliseconds since 1970, as all events have them. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

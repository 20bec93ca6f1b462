/** What somebody may do to a run: make something fail, end that, and begin anew. */
import type { Failure } from '../index'
import type { Recorder } from './lanes/recorder'
import { now, Processes, type ProcessesOptions, type ProcessState, type Program } from './processes'

export type { ProcessState, Program } from './processes'

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

export type ControlOptions = ProcessesOptions

/** Milliseconds that a route has for a failure. */
const patience = 5_000

export class Control implements Run {
  private readonly all: Processes
  /** What fails now because of us. */
  private readonly on = new Set<Failure>()
  /** What is done to the processes is done one after another. */
  private turn: Promise<unknown> = Promise.resolve()

  constructor(
    programs: readonly Program[],
    private readonly known: readonly Failure[] = [],
    options: ControlOptions = {},
  ) {
    this.all = new Processes(programs, options, (process) => this.forget(process))
  }

  get recorder(): Recorder {
    return this.all.recorder
  }

  /** Starts the processes one after another, until one of them ends. */
  start(): Promise<void> {
    return this.inTurn(() => this.all.startAll())
  }

  processes(): ProcessState[] {
    return this.all.states()
  }

  failures(): { label: string; isOn: boolean }[] {
    return this.known.map((failure) => ({ label: failure.label, isOn: this.on.has(failure) }))
  }

  async press(index: number): Promise<void> {
    const failure = this.known[index]
    if (!failure)
      throw new RangeError(`There are ${this.known.length} failures, got number ${index}.`)
    await this.inTurn(() => ('down' in failure ? this.turnDown(failure) : this.post(failure)))
  }

  restart(): Promise<void> {
    // At once: one that never listens would hold the turn for ever.
    this.all.stopStarting()
    return this.inTurn(async () => {
      await this.all.stopAll('SIGTERM')
      await this.all.startAll()
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
      for (const { name: other, state } of this.processes())
        if (other === name || state === 'ended') await this.all.start(other)
    })
  }

  /** Kills one process. Resolves when it is gone and its port is free. */
  halt(name: string): Promise<void> {
    return this.all.stop(name, 'SIGKILL')
  }

  /** Stops all of them, for good. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.all.close()
    await this.all.stopAll(signal)
  }

  /** Kills all of them, for somebody in a hurry. */
  kill(): void {
    this.all.close()
    this.all.killAll()
  }

  /** Whether each has ended by itself with 0, or as it was asked to. */
  get haveStoppedWell(): boolean {
    return this.all.haveStoppedWell
  }

  private async turnDown(failure: Extract<Failure, { down: string }>): Promise<void> {
    const { label, down } = failure
    if (this.on.has(failure)) {
      this.flag(down, `${label}: over`)
      await this.all.start(down) // which forgets the failure
    } else {
      this.flag(down, label)
      await this.all.stop(down, 'SIGTERM')
      this.on.add(failure)
    }
  }

  private async post(failure: Extract<Failure, { post: object }>): Promise<void> {
    const { process, path, undo } = failure.post
    const isOn = this.on.has(failure)
    const { state, url } = this.processes().find(({ name }) => name === process) ?? {}
    if (state !== 'ready' || url === undefined)
      throw new Error(`${process} does not run: start it first.`)
    const at = now()
    await ask(process, `${url}${isOn ? undo : path}`)
    this.flag(process, isOn ? `${failure.label}: over` : failure.label, at)
    if (isOn) this.on.delete(failure)
    else if (undo !== undefined) this.on.add(failure)
  }

  /** What was done to an earlier life of a process is over with that. */
  private forget(process: string): void {
    for (const failure of this.on)
      if (('down' in failure ? failure.down : failure.post.process) === process)
        this.on.delete(failure)
  }

  private flag(process: string, text: string, at = now()): void {
    this.all.record(process, [{ type: 'flag', at, text }])
  }

  private inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(act)
    this.turn = result.catch(() => undefined) // it is the caller's
    return result
  }
}

/** Without an Origin: it is no page that asks. */
async function ask(process: string, url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(patience) }).catch(
    () => undefined,
  )
  if (answer?.ok) return
  const what = answer ? `answered ${answer.status}` : 'did not answer'
  throw new Error(`${process} ${what} at ${new URL(url).pathname}.`)
}

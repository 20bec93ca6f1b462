/** The app of an exercise in a process of its own: what it answers, and what becomes of its tasks. */
import { patience, startApart } from './apart'
import { Broken } from './broken'
import { comes } from './chance'
import { type LaneMessage, showLane } from './lanes-apart'
import type { Problem } from './messages'

/** `at` is milliseconds since 1970: two processes share that clock. */
export type TaskChange = {
  at: number
  status: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  /** What it failed with. */
  problem?: Problem
  /** Whether nobody can have meant that. */
  isSlip?: boolean
}

/** What the process tells. */
export type AppMessage =
  | LaneMessage
  | { change: TaskChange }
  | { isIdle: true }
  | { port: number }
  /** Something was thrown and printed. */
  | { problem: Problem }

/** It ended while it was asked. */
export class AppEnded extends Broken {}

export class ServedApp implements Disposable {
  /** In order. A check may empty it. */
  readonly changes: TaskChange[] = []
  /** Calls on its workers, and of what the last one was. */
  readonly calls = { begun: 0, ended: 0, last: '' }
  /** In whose lanes is shown what happens. */
  run = 0
  private readonly process: ReturnType<typeof startApart>
  private readonly ended: Promise<never>
  private readonly port = Promise.withResolvers<number>()
  private idling = Promise.withResolvers<void>()
  private readonly isShown = new Map<number, boolean>()
  private lastProblem: Problem | undefined = undefined

  constructor(folder: string) {
    const hear = (message: AppMessage) => this.hear(message)
    this.process = startApart('serve-app.ts', { options: { folder }, hear })
    this.ended = this.process.exited.then(() => {
      throw this.sayHowItEnded()
    })
    this.ended.catch(() => {}) // told to those who ask
  }

  /** Resolves with what a visitor gets. An error of the app is thrown here. */
  async ask(path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
    const url = `http://127.0.0.1:${await this.unlessEnded(this.port.promise)}${path}`
    const answer = await this.unlessEnded(fetch(url, { method }))
    const text = await this.unlessEnded(answer.text())
    if (answer.ok) return text
    // It comes on another way than the answer.
    await comes(() => this.lastProblem !== undefined)
    const sentence = `${method} ${path} is answered with ${answer.status}.`
    throw new Broken(this.lastProblem?.sentence ?? sentence, { ...this.lastProblem, run: this.run })
  }

  /** Resolves when all of its tasks have ended. */
  async idle(): Promise<void> {
    this.idling = Promise.withResolvers()
    this.process.send('idle')
    await this.unlessEnded(this.idling.promise)
  }

  [Symbol.dispose](): void {
    this.process.kill('SIGKILL')
  }

  private async unlessEnded<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return Promise.race([answer, this.ended]).catch(async (error: unknown) => {
      // A connection breaks a moment before its process is known to have ended.
      await Promise.race([this.ended, Bun.sleep(500)])
      throw error
    })
  }

  private sayHowItEnded(): Broken {
    const { exitCode, signalCode } = this.process
    if (exitCode !== null) return new AppEnded(`The app ended itself, with exit code ${exitCode}.`)
    return signalCode === 'SIGKILL'
      ? new Broken(
          `The app did not come to an end within ${Math.round(patience() / 1_000)} s: a task that never ends, or a loop without an end.`,
          {
            isEndless: true,
          },
        )
      : new AppEnded(`The app ended: ${signalCode}.`)
  }

  private hear(message: AppMessage): void {
    if ('lane' in message) this.show(message.lane)
    else if ('change' in message) this.changes.push(message.change)
    else if ('isIdle' in message) this.idling.resolve()
    else if ('port' in message) this.port.resolve(message.port)
    else this.lastProblem = message.problem
  }

  /** Without those who only look: they ask all the time. */
  private show(lane: LaneMessage['lane']): void {
    if (lane.type === 'request') {
      if (lane.status === 'arrived') this.isShown.set(lane.id, lane.method === 'POST')
      if (!this.isShown.get(lane.id)) return
    }
    if (lane.type === 'call') {
      this.calls[lane.status === 'running' ? 'begun' : 'ended']++
      this.calls.last = lane.name
    }
    showLane(lane, this.run)
  }
}

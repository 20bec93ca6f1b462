/**
 * A program in which somebody waits at each line of some files, and notes that it came by. It is started with
 * `--inspect-wait`, and waits for us. A loop that never ends answers nobody: what was noted before is all that can be known.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Place } from '../lanes/events'
import { placeInStack } from './explain'

/** How often a line is waited at. From then on it runs as fast as it can. */
const often = 50
/** Milliseconds in which an idle program answers, on a busy machine, too. */
const patience = 1_500

type Frame = { callFrameId: string; location: { scriptId: string; lineNumber: number } }
/** What WebKit's inspector sends. */
type Told = {
  id?: number
  method?: string
  params?: { callFrames: Frame[]; data?: { breakpointId?: string } }
  result?: { result?: { value?: unknown } }
}

/** A line that was reached, in how many calls. */
type Step = { line: string; depth: number }

export class Debugger implements Disposable {
  private readonly steps: Step[] = []
  private readonly visits = new Map<string, number>()
  private readonly places = new Map<string, Place | undefined>()
  /** Who waits for an answer, by its number. */
  private readonly answers = new Map<number, (value: unknown) => void>()
  /** Once it is open: before that, whatever is sent throws. */
  private socket: WebSocket | undefined = undefined
  private asked = 0
  private isOver = false

  /** The program listens at `path`, now or later. */
  constructor(
    path: string,
    private readonly folder: string,
  ) {
    void this.connect(path)
  }

  /** The line of a loop that never ends, if the program is in one. */
  async endlessLine(): Promise<Place | undefined> {
    if (!this.isThere) return undefined
    const answer = this.ask('Runtime.evaluate', { expression: '1' }).then(() => true)
    const isIdle = await Promise.race([answer, Bun.sleep(patience)])
    // Nor does one answer that has ended meanwhile.
    return isIdle || !this.isThere ? undefined : this.places.get(this.lastLine()?.line ?? '')
  }

  private get isThere(): boolean {
    return this.socket?.readyState === WebSocket.OPEN
  }

  [Symbol.dispose](): void {
    this.isOver = true
    this.socket?.close()
  }

  private async connect(path: string): Promise<void> {
    while (!existsSync(path)) {
      if (this.isOver) return
      await Bun.sleep(10)
    }
    const socket = new WebSocket(`ws+unix://${path}`)
    socket.addEventListener('open', () => {
      if (this.isOver) return socket.close()
      this.socket = socket
      this.begin()
    })
    socket.addEventListener('message', ({ data }) => this.hear(JSON.parse(String(data)) as Told))
  }

  private begin(): void {
    if (!existsSync(this.folder)) return // deleted meanwhile
    void this.ask('Inspector.enable')
    void this.ask('Debugger.enable')
    void this.ask('Debugger.setBreakpointsActive', { active: true })
    for (const name of readdirSync(this.folder).filter((one) => /\.tsx?$/.test(one))) {
      const url = join(this.folder, name)
      const { length } = readFileSync(url, 'utf8').split('\n')
      for (let lineNumber = 0; lineNumber < length; lineNumber++)
        void this.ask('Debugger.setBreakpointByUrl', { url, lineNumber })
    }
    void this.ask('Inspector.initialized')
  }

  private ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.asked
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.answers.set(id, resolve)
    this.socket?.send(JSON.stringify({ id, method, params }))
    return promise
  }

  private hear({ id, method, params, result }: Told): void {
    if (id !== undefined) {
      this.answers.get(id)?.(result?.result?.value)
      this.answers.delete(id)
    }
    if (method === 'Debugger.paused' && params) this.pass(params)
  }

  private pass({ callFrames: [frame, ...callers], data }: NonNullable<Told['params']>): void {
    if (frame) {
      const { scriptId, lineNumber } = frame.location
      const line = `${scriptId}:${lineNumber}`
      const visits = (this.visits.get(line) ?? 0) + 1
      this.visits.set(line, visits)
      this.steps.push({ line, depth: callers.length })
      if (visits === 1) this.lookUp(line, frame)
      if (visits >= often) void this.ask('Debugger.removeBreakpoint', data)
    }
    void this.ask('Debugger.resume')
  }

  /** Where that is in the text that was written: a stack names it, what is run is another one. */
  private lookUp(line: string, { callFrameId }: Frame): void {
    const expression = 'new Error().stack'
    void this.ask('Debugger.evaluateOnCallFrame', { callFrameId, expression }).then((stack) =>
      this.places.set(line, placeInStack(String(stack), this.folder)),
    )
  }

  /** Where the loop begins: what it calls runs deeper. Without lines inside, it is reached once, and last. */
  private lastLine(): Step | undefined {
    const last = this.steps.at(-1)
    if (!last || (this.visits.get(last.line) ?? 0) < often) return last
    return this.steps
      .slice(-often)
      .toSorted((a, b) => a.depth - b.depth || numberOf(a.line) - numberOf(b.line))
      .at(0)
  }
}

function numberOf(line: string): number {
  return Number(line.split(':')[1])
}

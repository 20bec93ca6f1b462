/** A process of a lesson, seen from the runner: what it prints, what it tells, whether it listens, and how it ends. */
import type { ProcessEvent } from './lanes/events'
import { home } from './program'

export type Stream = 'out' | 'err'

export type ChildOptions = {
  name: string
  command: readonly string[]
  /** Where it runs. Default: the repository. */
  cwd?: string
  environment: Record<string, string>
  /** Takes what it prints, line by line. */
  print: (stream: Stream, line: string) => void
  /** Takes what it tells. */
  hear: (events: readonly ProcessEvent[]) => void
}

/** What it sends when it listens. */
export type ReadyMessage = { ready: true; address?: string }

/** Milliseconds from the signal to the end. An app gives its tasks ten seconds. */
const patience = 15_000
/** Characters that are kept of a line whose end does not come. */
const longestLine = 65_536

export class LessonChild {
  /** The last line on standard error: when a process ends early, it says why. */
  lastError = ''
  /** Where it listens, if it has said so. */
  address: string | undefined = undefined
  /** Resolves when it listens. */
  readonly ready: Promise<void>
  /** Resolves when it has ended and all that it printed is printed. */
  readonly ended: Promise<unknown>
  /** Whether we have asked it to stop. */
  isAsked = false
  private readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  private stoppedBy: NodeJS.Signals | undefined = undefined
  private hasEnded = false

  constructor(private readonly options: ChildOptions) {
    const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
    this.ready = ready
    this.process = Bun.spawn([...options.command], {
      cwd: options.cwd ?? home,
      // A lesson is development whatever its learner's shell says: it warns of a task that blocks.
      env: { ...process.env, NODE_ENV: 'development', ...options.environment },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      // Measured: with lanes, a request of lesson 2 takes 1.14 times as long; in Bun's own form 1.23 times.
      serialization: 'json',
      ipc: (message: unknown) => {
        if (isReadyMessage(message)) {
          this.address ??= message.address
          isReady()
        } else if (isBatch(message) && !this.hasEnded) options.hear(message)
      },
      // Ctrl-C in a terminal signals its whole group. Whoever runs this one decides who stops, and when.
      detached: true,
    })
    this.ended = Promise.all([
      this.process.exited,
      this.copy(this.process.stdout, 'out'),
      this.copy(this.process.stderr, 'err'),
    ]).finally(() => (this.hasEnded = true))
  }

  get name(): string {
    return this.options.name
  }

  get exitCode(): number | null {
    return this.process.exitCode
  }

  get signal(): Bun.Subprocess['signalCode'] {
    return this.process.signalCode
  }

  get hasStoppedWell(): boolean {
    return this.exitCode === 0 || (this.signal !== null && this.signal === this.stoppedBy)
  }

  /** Asks it to stop, and kills it if it does not. One that has ended stays as it is. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.exitCode !== null || this.signal !== null) {
      await this.ended
      return
    }
    this.isAsked = true
    this.stoppedBy = signal
    this.process.kill(signal)
    const timer = setTimeout(() => this.kill(), patience)
    await this.ended
    clearTimeout(timer)
  }

  kill(): void {
    this.process.kill('SIGKILL')
  }

  private async copy(from: ReadableStream<Uint8Array<ArrayBuffer>>, to: Stream): Promise<void> {
    let rest = ''
    for await (const chunk of from.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.print(line, to)
      if (rest.length > longestLine) {
        this.print(rest, to)
        rest = ''
      }
    }
    if (rest) this.print(rest, to)
  }

  private print(line: string, to: Stream): void {
    if (to === 'err' && line.trim()) this.lastError = line
    this.options.print(to, line)
  }
}

function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'ready' in message
}

const types = new Set(['request', 'task', 'worker', 'call', 'job', 'alive', 'hole'])

/** A program may send messages of its own, which mean nothing to us. */
function isBatch(message: unknown): message is ProcessEvent[] {
  return (
    Array.isArray(message) &&
    message.every((event: Partial<ProcessEvent> | null) => types.has(event?.type ?? ''))
  )
}

/** A process of a lesson, seen from the runner. What it prints is printed here, each line under its name. */
import { styleText } from 'node:util'

import { write } from './output'
import { processVerb } from './process'
import { home, thisProgram } from './program'

/** Milliseconds from the signal to the end. An app gives its tasks ten seconds. */
const patience = 15_000

export class LessonChild {
  /** The last line on standard error: when a process ends early, it says why. */
  lastError = ''
  /** Resolves when it listens. */
  readonly ready: Promise<void>
  /** Resolves when it has ended and all that it printed is printed. */
  readonly ended: Promise<unknown>
  private readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  private stoppedBy: NodeJS.Signals | undefined = undefined

  constructor(
    readonly name: string,
    private readonly label: string,
    args: readonly string[],
    environment: Record<string, string>,
    command = thisProgram(processVerb, ...args),
  ) {
    const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
    this.ready = ready
    this.process = Bun.spawn(command, {
      cwd: home,
      // A lesson is development whatever its learner's shell says: it warns of a task that blocks.
      env: { ...process.env, NODE_ENV: 'development', ...environment },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      ipc: () => isReady(),
      // Ctrl-C in a terminal signals its whole group. Whoever runs this one decides who stops, and when.
      detached: true,
    })
    this.ended = Promise.all([
      this.process.exited,
      this.copy(this.process.stdout, process.stdout),
      this.copy(this.process.stderr, process.stderr),
    ])
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

  /** Asks it to stop, and kills it if it does not. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.stoppedBy = signal
    this.process.kill(signal)
    const timer = setTimeout(() => this.kill(), patience)
    await this.ended
    clearTimeout(timer)
  }

  kill(): void {
    this.process.kill('SIGKILL')
  }

  private async copy(
    from: ReadableStream<Uint8Array<ArrayBuffer>>,
    to: NodeJS.WriteStream,
  ): Promise<void> {
    let rest = ''
    for await (const chunk of from.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.print(line, to)
    }
    if (rest) this.print(rest, to)
  }

  private print(line: string, to: NodeJS.WriteStream): void {
    if (to === process.stderr && line.trim()) this.lastError = line
    write(to, `${styleText('cyan', `${this.label} |`)} ${line}\n`)
  }
}

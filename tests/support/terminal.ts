/** A program in a terminal, with a person who presses keys. */
import { until } from './until'

export class TerminalProgram implements AsyncDisposable {
  /** All that the terminal has shown, without colours and movements. */
  shown = ''
  private readonly terminal: Bun.Terminal
  private readonly process: Bun.Subprocess

  constructor(command: string[], cwd: string, env: Record<string, string> = {}) {
    const decoder = new TextDecoder()
    this.terminal = new Bun.Terminal({
      cols: 100,
      rows: 40,
      data: (_, bytes) => {
        const text = Bun.stripANSI(decoder.decode(bytes, { stream: true }))
        this.shown += text.replaceAll('\r', '')
      },
    })
    this.process = Bun.spawn(command, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      terminal: this.terminal,
    })
  }

  /** Resolves when the terminal shows `text`, behind all that was there when `press` was last called. */
  async shows(text: string): Promise<this> {
    await until(`"${text}" is shown in ${JSON.stringify(this.shown)}`, () =>
      this.shown.slice(this.from).includes(text),
    )
    return this
  }

  private from = 0

  press(keys: string): void {
    this.from = this.shown.length
    this.terminal.write(keys)
  }

  /** Ctrl-C, for a program that leaves that key to the terminal: Bun's pseudo-terminal sends no signal for it. */
  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  get pid(): number {
    return this.process.pid
  }

  /** Whether what is typed is shown, as in a terminal that nobody has changed. */
  get echoes(): boolean {
    return (this.terminal.localFlags & ECHO) !== 0
  }

  async ended(): Promise<number> {
    return this.process.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGTERM')
    await this.process.exited
    this.terminal.close()
  }
}

/** The same number on Linux and on macOS. */
const ECHO = 8

/** A program under test: a process of this repository, what it has printed, and an end that is certain. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { childrenOf } from './processes'
import { until } from './until'

const root = join(import.meta.dir, '../..')

/** What is run, and where: this Bun in this repository, or a binary somewhere else. */
type Place = { executable: string; cwd: string }
const here: Place = { executable: process.execPath, cwd: root }

export class Program implements AsyncDisposable {
  output = ''
  errors = ''
  /** For what it keeps between two runs: that is not kept between two tests. */
  readonly temporary = mkdtempSync(join(tmpdir(), 'program-'))
  private readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  private readonly printed: Promise<unknown>

  constructor(
    args: readonly string[],
    env: Record<string, string> = {},
    { executable, cwd }: Place = here,
  ) {
    this.process = Bun.spawn([executable, ...args], {
      cwd,
      env: {
        ...process.env,
        NO_COLOR: '1',
        TMPDIR: this.temporary,
        XDG_STATE_HOME: this.temporary,
        ...env,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    this.printed = Promise.all([
      collect(this.process.stdout, (text) => (this.output += text)),
      collect(this.process.stderr, (text) => (this.errors += text)),
    ])
  }

  get pid(): number {
    return this.process.pid
  }

  /** The processes that this one has started. */
  get children(): number[] {
    return childrenOf(this.pid)
  }

  /** Its errors, without what a busy machine is warned of in between: that a task held the event loop. */
  get complaints(): string {
    return this.errors.replaceAll(/^([\w-]+ +\| )?\[background\] .* held the event loop .*\n/gm, '')
  }

  /** Resolves when `text` has been printed on either stream. */
  async says(text: string): Promise<this> {
    await until(`"${text}" is printed`, () => {
      if (`${this.output}${this.errors}`.includes(text)) return true
      if (this.process.exitCode === null) return false
      throw new Error(`Ended before it said "${text}":\n${this.output}${this.errors}`)
    })
    return this
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  /** Resolves with the exit code, when all that was printed has been read. */
  async ended(): Promise<number> {
    await this.printed
    const exitCode = await this.process.exited
    this.clean()
    return exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGTERM')
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 15_000)
    await this.process.exited
    clearTimeout(timer)
    this.clean()
  }

  private clean(): void {
    rmSync(this.temporary, { recursive: true, force: true })
  }
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  add: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) add(text)
}

/** A port that nobody listens on. */
export function freePort(): number {
  using listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  return listener.port
}

/** A port of its own for everything that a lesson listens with, as its environment names them. */
export function freePorts() {
  const port = () => String(freePort())
  return {
    PORT: port(),
    SLOW_PORT: port(),
    SMTP_PORT: port(),
    INBOX_PORT: port(),
    RECEIVER_PORT: port(),
    GUIDE_PORT: port(),
  }
}

/** What `bun run lesson` runs. */
export const lessonVerb = ['lessons/kit/kit.ts', 'lesson'] as const

/** Starts a whole lesson, on ports of its own, and waits until it invites the learner. */
export async function startLesson(
  number: number,
  env: Record<string, string> = {},
  binary?: Place,
  verb: readonly string[] = binary ? ['lesson'] : lessonVerb,
) {
  const ports = freePorts()
  const lesson = new Program([...verb, String(number)], { ...ports, ...env }, binary)
  await lesson.says('Ctrl-C stops everything.')
  return Object.assign(lesson, {
    ports,
    address: `http://127.0.0.1:${ports.PORT}`,
    inbox: `http://127.0.0.1:${ports.INBOX_PORT}`,
  })
}

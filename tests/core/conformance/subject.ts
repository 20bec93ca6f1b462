/** Starts a subject in a process of its own and watches what it prints. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Event = { event: string; name: string; at: number; data?: unknown }

export type Answer = {
  status: number
  headers: Headers
  text: string
  /** When the first and the last byte of the body were here, on the clock of the machine. */
  firstByteAt: number
  lastByteAt: number
}

export const subjects = ['ours', 'bare', 'elysia-background', 'starlette'] as const
export type SubjectName = (typeof subjects)[number]
export type Mode = 'aot' | 'dynamic'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const debianPython = '/usr/bin/python3'

/** Debian's python3 finds Debian's packages; another one on the PATH may not. */
export function findPython(): string | undefined {
  const candidates = [debianPython, Bun.which('python3')].filter((python) => python !== null)
  return candidates.find(
    (python) => Bun.spawnSync([python, '-c', 'import starlette, uvicorn']).success,
  )
}

export class Subject implements AsyncDisposable {
  readonly events: Event[] = []
  readonly output: string[] = []
  /** For the files that it sends: it is killed, and removes none. */
  private readonly temporary = mkdtempSync(join(tmpdir(), 'subject-'))
  private readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  private readonly reading: Promise<unknown>
  private waiting = new Set<() => void>()
  private hasEnded = false
  port = 0
  private control = ''
  private questions = 0

  private constructor(command: string[]) {
    this.process = Bun.spawn(command, {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', TMPDIR: this.temporary },
    })
    this.reading = Promise.all([
      this.read(this.process.stdout, (line) => this.receive(line)),
      this.read(this.process.stderr, (line) => this.print(line)),
    ]).then(() => {
      this.hasEnded = true
      this.wake()
    })
  }

  static async start(name: SubjectName, mode: Mode, scenario: string): Promise<Subject> {
    const command =
      name === 'starlette'
        ? [findPython() ?? debianPython, here('starlette_server.py'), scenario]
        : [process.execPath, here('server.ts'), name, mode, scenario]
    const subject = new Subject(command)
    try {
      const { data } = await subject.until(({ event }) => event === 'listening', 10_000)
      const { port, control } = data as { port: number; control: number }
      subject.port = port
      subject.control = `http://127.0.0.1:${control}`
      return subject
    } catch (error) {
      await subject[Symbol.asyncDispose]()
      throw error
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async get(pathname: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + pathname, { redirect: 'manual', ...init })
    let firstByteAt = 0
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body ?? []) {
      firstByteAt ||= now()
      chunks.push(chunk)
    }
    const text = Buffer.concat(chunks).toString()
    return {
      status: response.status,
      headers: response.headers,
      text,
      firstByteAt,
      lastByteAt: now(),
    }
  }

  /** Resolves with the first event that fits, past or future; rejects after `milliseconds` or when the subject ends. */
  async until(fits: (event: Event) => boolean, milliseconds = 5_000): Promise<Event> {
    const { promise, resolve, reject } = Promise.withResolvers<Event>()
    const look = () => {
      const event = this.events.find(fits)
      if (event) resolve(event)
      else if (this.hasEnded)
        reject(new Error(`the server ended: ${this.output.slice(-5).join(' ')}`))
    }
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `not seen in ${milliseconds} ms: ${String(fits)}; seen: ${this.told().join(', ')}`,
          ),
        ),
      milliseconds,
    )
    this.waiting.add(look)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.waiting.delete(look)
    }
  }

  /** Resolves when the log has `text` so many times: it takes another road than the events. */
  async says(text: string, times = 1): Promise<void> {
    await this.until(() => this.output.join('\n').split(text).length > times)
  }

  started(name: string): Promise<Event> {
    return this.until((event) => event.event === 'start' && event.name === name)
  }

  ended(name: string): Promise<Event> {
    return this.until((event) => event.event === 'end' && event.name === name)
  }

  /** Resolves when the subject has nothing left to do. */
  async idle(): Promise<void> {
    const path = `/${this.questions++}`
    await (await fetch(this.control + path)).text()
    await this.until(({ event, name }) => event === 'idle' && name === path)
  }

  /** What happened, in order: 'start t1', 'end t1', ... */
  told(...events: string[]): string[] {
    return this.events
      .filter(
        ({ event }) =>
          events.includes(event) || (events.length === 0 && !['listening', 'idle'].includes(event)),
      )
      .map(({ event, name }) => `${event} ${name}`)
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  async exit(): Promise<number> {
    const code = await this.process.exited
    await this.reading
    rmSync(this.temporary, { recursive: true, force: true })
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL')
    await this.exit()
  }

  private print(line: string): void {
    this.output.push(line)
    this.wake()
  }

  private receive(line: string): void {
    if (!line.startsWith('{')) return this.print(line)
    this.events.push(JSON.parse(line) as Event)
    this.wake()
  }

  private wake(): void {
    for (const look of this.waiting) look()
  }

  private async read(
    stream: ReadableStream<Uint8Array>,
    take: (line: string) => void,
  ): Promise<void> {
    let rest = ''
    for await (const text of stream.pipeThrough(
      new TextDecoderStream() as never,
    ) as unknown as AsyncIterable<string>) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    }
    if (rest) take(rest)
  }
}

/** The clock of the machine, in milliseconds with fractions: the same in every process. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

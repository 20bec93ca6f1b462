/** Starts `process.ts`, from source or from a binary, and reads along. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { ProcessOptions } from './process'

export const processFile = join(import.meta.dir, 'process.ts')

export class QueueProcess {
  readonly stored: string[] = []
  readonly errors: string[] = []
  private readonly child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  private readonly reading: Promise<unknown>
  private readonly said = new Map<string, PromiseWithResolvers<void>>()

  constructor(options: ProcessOptions, command = [process.execPath, processFile], cwd?: string) {
    this.child = Bun.spawn([...command, JSON.stringify(options)], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      ...(cwd !== undefined && { cwd }),
    })
    this.reading = Promise.all([
      eachLine(this.child.stdout, (line) => {
        if (line.startsWith('stored ')) this.stored.push(line.slice('stored '.length))
        else this.saying(line).resolve()
      }),
      eachLine(this.child.stderr, (line) => this.errors.push(line)),
    ])
  }

  /** Resolves when the process says so; rejects if it ends before. */
  async says(line: string): Promise<void> {
    const ended = this.ended().then((code) => {
      throw new Error(`Ended with ${code} and never said ${line}:\n${this.errors.join('\n')}`)
    })
    ended.catch(() => {})
    await Promise.race([this.saying(line).promise, ended])
  }

  get id(): number {
    return this.child.pid
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** Microseconds of processor time so far. */
  get cpu(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')'))
      .split(' ')
      .slice(12, 14)
      .map(Number)
    return (user + system) * 10_000
  }

  /** With SIGKILL: it has no chance to say goodbye. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended()
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    await this.ended()
  }

  /** The exit code, once all it said has been read. */
  async ended(): Promise<number> {
    const code = await this.child.exited
    await this.reading
    return code
  }

  private saying(line: string): PromiseWithResolvers<void> {
    const known = this.said.get(line) ?? Promise.withResolvers<void>()
    this.said.set(line, known)
    return known
  }
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    // What was cut off by a kill was not said.
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
}

/** The lines of a file that may not be there yet. */
export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** A server under test: a process of its own, on a port of its own, with its processor time. */
import { readdirSync, readFileSync } from 'node:fs'

import { until } from '../support/until'
import { canPin, pinned } from './machine'

export class Server implements AsyncDisposable {
  /** What it has printed about errors, up to a point. A server that logs is not doing what is measured. */
  complaints = ''

  private constructor(
    private readonly process: Bun.Subprocess<'ignore', 'ignore', 'pipe'>,
    readonly url: string,
  ) {
    void this.listen() // ends with the process
  }

  /** Starts `command` with its port behind it, and waits until it answers. */
  static async start(
    command: readonly string[],
    { pin = true, hasChannel = false }: { pin?: boolean; hasChannel?: boolean } = {},
  ): Promise<Server> {
    const port = freePort()
    const whole = [...command, String(port)]
    const server = new Server(
      Bun.spawn(pin ? pinned(0, whole) : whole, {
        env: { ...process.env, NODE_ENV: 'production', PYTHONWARNINGS: 'ignore' },
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'pipe',
        // What is told there is received, and nothing more.
        ...(hasChannel && { ipc() {}, serialization: 'json' as const }),
      }),
      `http://127.0.0.1:${port}`,
    )
    try {
      await until(`${whole.join(' ')} answers`, () => server.answers(), 20_000)
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
    return server
  }

  /** Nanoseconds of processor time, all threads; not a number where the system does not tell. */
  get processorTime(): number {
    const threads = `/proc/${this.process.pid}/task`
    let nanoseconds = 0
    try {
      for (const thread of readdirSync(threads)) nanoseconds += timeOf(`${threads}/${thread}`)
    } catch {
      return Number.NaN
    }
    return nanoseconds
  }

  /** Bytes of memory, now; not a number where the system does not tell. */
  get memory(): number {
    try {
      const [, kilobytes] =
        /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8')) ?? []
      return Number(kilobytes) * 1_024
    } catch {
      return Number.NaN
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
  }

  private async listen(): Promise<void> {
    for await (const chunk of this.process.stderr)
      if (this.complaints.length < 1_000) this.complaints += new TextDecoder().decode(chunk)
  }

  private async answers(): Promise<boolean> {
    if (this.process.exitCode !== null)
      throw new Error(`It ended instead of listening: ${this.complaints}`)
    return await fetch(`${this.url}/`).then(
      async (response) => (await response.text()) !== '',
      () => false,
    )
  }
}

/** How it was pinned, for the report. */
export const pinning = canPin ? 'server on core 0, client on core 1' : 'not pinned'

/** Of one thread: nothing where it has ended meanwhile. */
function timeOf(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

function freePort(): number {
  using listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  return listener.port
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real redis-server for the tests: on 127.0.0.1, on a port of its own, in a folder of its own. */
import { RedisClient } from 'bun'

import { redisServer } from '../../support/installed'
import { freePort } from '../../support/program'

const program = redisServer()

/** Whether there is one here, Redis or Valkey. Prints why not; in CI its absence is a failure. */
export const hasRedis = program !== undefined
if (!hasRedis) {
  if (process.env.CI)
    throw new Error('redis-server is not installed, and in CI nothing is skipped.')
  console.warn('Skipped: the tests of BullMQ, because redis-server is not installed here.')
}

export class RedisServer implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'queue-redis-'))
  readonly port = freePort()
  readonly url = `redis://127.0.0.1:${this.port}`
  private administrator: RedisClient | undefined
  private server: Bun.Subprocess<'ignore', 'pipe', 'inherit'> | undefined

  /** With 'everysec', as it comes, Redis itself may lose what it has just acknowledged when it is killed. */
  constructor(private readonly appendfsync: 'always' | 'everysec' = 'always') {}

  /** Starts it, or starts it again with what it had. */
  async start(more: Record<string, string> = {}): Promise<this> {
    const options = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.folder,
      save: '',
      appendonly: 'yes',
      appendfsync: this.appendfsync,
      'maxmemory-policy': 'noeviction',
      ...more,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    this.server = Bun.spawn([program ?? 'redis-server', ...flags], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const { promise: isReady, resolve, reject } = Promise.withResolvers<void>()
    void (async (stdout) => {
      let output = ''
      for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
        output += chunk
        if (output.includes('Ready to accept connections')) resolve()
      }
      reject(new Error(`redis-server ended:\n${output}`))
    })(this.server.stdout)
    await isReady
    return this
  }

  /** Ends it with SIGKILL: it has no chance to write anything more. */
  async kill(): Promise<void> {
    this.server?.kill('SIGKILL')
    await this.server?.exited
  }

  /** It keeps its connections and answers nothing, as behind a network that swallows everything. */
  pause(): void {
    this.server?.kill('SIGSTOP')
  }

  resume(): void {
    this.server?.kill('SIGCONT')
  }

  /** A command of whoever runs it: its connection stays open from before it needs a password. */
  async send(command: string, ...args: string[]): Promise<void> {
    this.administrator ??= new RedisClient(this.url)
    await this.administrator.send(command, args)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.administrator?.close()
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Celery, if Debian's python3-celery and python3-redis are here: a process that adds, and two workers that run. */
import { dirname } from 'node:path'

import { here, pythonWith } from './machine'

/** Its pools, with the processes in them that run tasks. */
export const pools = { solo: 1, prefork: 2 } as const
export type PoolName = keyof typeof pools

const folder = dirname(here('subjects/queue/celery_tasks.py'))
const runWorker = '-W ignore -m celery -A celery_tasks -q worker -l ERROR'.split(' ')
const quiet = '--without-heartbeat --without-gossip --without-mingle'.split(' ')

export class Celery implements AsyncDisposable {
  private constructor(
    readonly version: string,
    private readonly producer: Bun.Subprocess<'pipe', 'pipe', 'inherit'>,
    private readonly lines: AsyncGenerator<string, undefined>,
    private readonly workers: readonly Bun.Subprocess[],
  ) {}

  /** Undefined if it is not installed. */
  static async start(broker: string): Promise<Celery | undefined> {
    const python = pythonWith('celery, redis')
    if (!python) return undefined
    const env = { ...process.env, BROKER: broker, PYTHONDONTWRITEBYTECODE: '1' }
    const options = { cwd: folder, env, stderr: 'inherit' } as const
    const workers = Object.entries(pools).map(([pool, size]) =>
      Bun.spawn(
        [
          python,
          ...runWorker,
          ...quiet,
          '-P',
          pool,
          '-c',
          `${size}`,
          '-Q',
          pool,
          '-n',
          `${pool}@bench`,
        ],
        { ...options, stdin: 'ignore', stdout: 'ignore' },
      ),
    )
    const producer = Bun.spawn([python, 'celery_producer.py'], {
      ...options,
      stdin: 'pipe',
      stdout: 'pipe',
    })
    const lines = linesOf(producer.stdout)
    const { value: version = '' } = await lines.next()
    return new Celery(version, producer, lines, workers)
  }

  /** Jobs a second, from one thread. */
  add(count: number): Promise<number> {
    return this.ask('add', count)
  }

  /** Jobs a second, all of them waiting when the workers begin. */
  process(pool: PoolName, count: number): Promise<number> {
    return this.ask('process', count, pool, pools[pool])
  }

  /** Milliseconds from the call to the start of its task, one at a time; the median. */
  latency(pool: PoolName, count: number): Promise<number> {
    return this.ask('latency', count, pool)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.producer.stdin.end()
    for (const worker of this.workers) worker.kill('SIGTERM')
    const timer = setTimeout(() => this.workers.map((worker) => worker.kill('SIGKILL')), 5_000)
    await Promise.all([this.producer.exited, ...this.workers.map(({ exited }) => exited)])
    clearTimeout(timer)
  }

  private async ask(...words: (string | number)[]): Promise<number> {
    void this.producer.stdin.write(`${words.join(' ')}\n`) // flush() waits for it
    await this.producer.stdin.flush()
    const { value } = await this.lines.next()
    if (value === undefined) throw new Error(`Celery ended before it did "${words.join(' ')}".`)
    return Number(value)
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let rest = ''
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  return undefined
}

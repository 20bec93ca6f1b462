/** Jobs in one SQLite file, with nothing to install and nothing to start: bunqueue, embedded in this process. */
import {
  type Job as FileJob,
  Queue as FileQueue,
  QueueEvents,
  shutdownManager,
  UnrecoverableError,
  Worker,
} from 'bunqueue/client'

import { settledWithin } from '../options'
import type {
  ConsumerEngine,
  ConsumerSettings,
  JobRecord,
  JobStatus,
  KeepOptions,
  NewJob,
  QueueEngine,
  Run,
} from './engine'
import { isFinal } from './errors'
import { countByStatus, listen, statusOf } from './events'
import { holdFile } from './file'
import type { Json } from './json'
import { argsOf, fromPercent, type Payload, toPercent } from './payload'

/** bunqueue forgets, until the next start, a job that runs for longer than 30 minutes. */
const longestTimeout = 25 * 60_000

/** How often an idle consumer looks for a job, in milliseconds. bunqueue's own 50 would be felt. */
const pollInterval = 5

export function openEmbeddedQueue(
  name: string,
  file: string,
  keep: Required<KeepOptions>,
): QueueEngine {
  const holding = holdFile(file, shutdownManager)
  const engine = new FileQueue<Payload>(name, { embedded: true, dataPath: holding.path })
  // Consumers are in this process: none can be lost alone, and one that blocks the event loop is not.
  engine.setStallConfig({ enabled: false, maxStalls: 0 })
  engine.setDlqConfig({
    autoRetry: false,
    maxAge: keep.failed === Infinity ? null : keep.failed,
    maxEntries: 1_000_000,
  })
  const cleaning = setInterval(
    () => keep.succeeded < Infinity && engine.clean(keep.succeeded, 10_000, 'completed'),
    Math.min(Math.max(keep.succeeded, 1_000), 60_000),
  )
  cleaning.unref()
  const adding = new Map<string, Promise<JobRecord>>()

  return {
    engine,
    async add(job) {
      if (job.options.timeout > longestTimeout)
        throw new TypeError(
          `The embedded queue runs jobs of up to ${longestTimeout} ms, got a timeout of ${job.options.timeout}. For longer ones set REDIS_URL.`,
        )
      const { id } = job
      if (id === undefined) return store(engine, job)
      // bunqueue would run a key that has run once more.
      const first = adding.get(id)
      if (first) return first
      const stored = this.find(id).then((found) => found ?? store(engine, job))
      adding.set(id, stored)
      return stored.finally(() => adding.delete(id))
    },
    async find(id) {
      for (let look = 0; look < 5; look++) {
        // In this order: what the job holds may be newer than the state, but not older.
        const state = await engine.getJobState(id)
        const job = await engine.getJob(id)
        if (job) return job.queueName === name ? recordOf(job, statusOf(state)) : undefined
        if (state === 'unknown') return undefined
        // On its way from one state to the next a job is nowhere, for as long as bunqueue holds its lock.
        await Bun.sleep(look)
      }
      return undefined
    },
    async count() {
      return countByStatus(await engine.getJobCountsAsync())
    },
    async deadLetters(limit) {
      const entries = await engine.getDlqAsync({ limit })
      return entries.map(({ job, error }) => ({
        ...recordOf(job, 'failed'),
        error: error ?? job.failedReason,
      }))
    },
    retry: async (id) => (await engine.retryDlqAsync(id)) > 0,
    async watch(listener) {
      const events = new QueueEvents(name, { embedded: true, dataPath: holding.path })
      listen(events, listener)
      return { [Symbol.asyncDispose]: async () => events.close() }
    },
    async close() {
      clearInterval(cleaning)
      await Promise.allSettled(adding.values())
      engine.close()
      holding[Symbol.dispose]()
    },
  }
}

export function openEmbeddedConsumer(
  name: string,
  run: Run,
  file: string,
  { concurrency, onTrouble }: ConsumerSettings,
): ConsumerEngine {
  const holding = holdFile(file, shutdownManager)
  const engine = new Worker<Payload>(
    name,
    async (job) => {
      try {
        return await run({
          id: job.id,
          name: job.name,
          payload: job.data,
          attempt: job.attemptsMade + 1,
          attempts: job.opts.attempts ?? 1,
          setProgress: (progress) => job.updateProgress(toPercent(progress)),
        })
      } catch (error) {
        throw isFinal(error) && error instanceof Error
          ? new UnrecoverableError(error.message)
          : error
      }
    },
    {
      embedded: true,
      dataPath: holding.path,
      concurrency,
      drainDelay: pollInterval,
      // Locks are for consumers that can be lost alone.
      useLocks: false,
      skipStalledCheck: true,
    },
  )
  engine.on('error', onTrouble)
  return {
    engine,
    async close(deadline) {
      const closing = engine.close().finally(() => holding[Symbol.dispose]())
      await settledWithin(closing, deadline)
    },
  }
}

async function store(engine: FileQueue<Payload>, job: NewJob): Promise<JobRecord> {
  const stored = await engine.add(
    job.name,
    // As text: what packs the data here does not keep every JSON value as it is.
    { args: JSON.stringify(job.args), timeout: job.options.timeout },
    {
      ...(job.id !== undefined && { jobId: job.id }),
      attempts: job.options.attempts,
      // Of twice this, bunqueue takes from half to one and a half: it spreads what failed together.
      backoff: { type: 'exponential', delay: job.options.backoff / 2 },
      delay: job.options.delay,
      // Written before the add resolves, not soon after. The process may be killed then; a power cut is another thing:
      // bunqueue lets the system decide when the disk has it (WAL, synchronous = NORMAL).
      durable: true,
    },
  )
  return recordOf(stored, 'waiting')
}

function recordOf(job: FileJob<Payload>, status: JobStatus): JobRecord {
  return {
    id: job.id,
    name: job.name,
    args: argsOf(job.data) ?? [],
    status,
    progress: status === 'succeeded' ? 1 : fromPercent(job.progress),
    attempts: job.attemptsMade + (status === 'running' || status === 'succeeded' ? 1 : 0),
    result: job.returnvalue as Json | undefined,
    error: job.failedReason,
  }
}

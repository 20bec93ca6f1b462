/** Jobs on Redis or Valkey: BullMQ. */
import { type Job as BullJob, type JobsOptions, Queue as BullQueue, QueueEvents } from 'bullmq'

import { settledWithin } from '../options'
import {
  argsOf,
  countByStatus,
  fromPercent,
  type JobRecord,
  type JobStatus,
  type Json,
  type KeepOptions,
  listen,
  type NewJob,
  type Payload,
  type QueueEngine,
  type ResolvedOptions,
  statusOf,
} from './engine'
import { Patience } from './patience'
import { readAnything, RedisConnection } from './redis'

type Stored = BullJob<Payload, unknown>

export function openBullQueue(
  name: string,
  url: string,
  patience: number,
  keep: Required<KeepOptions>,
): QueueEngine {
  const redis = new RedisConnection(url)
  const engine = new BullQueue<Payload, unknown>(name, {
    connection: redis.client,
    // What it asks for while it opens, and once is not granted, it would be refused for ever.
    skipVersionCheck: true,
    skipWaitingForReady: true,
  })
  readAnything(engine)
  // What a call cannot do, its caller is told.
  engine.on('error', () => {})
  const patient = new Patience(name, patience, redis)
  const optionsFor = remembered((options: ResolvedOptions) => optionsOf(options, keep))
  const find = async (id: string) => {
    // In this order: what the job holds may be newer than the state, but not older.
    const state = await engine.getJobState(id)
    const job = await engine.getJob(id)
    return job && recordOf(job, statusOf(state))
  }
  return {
    engine,
    find: (id) => patient.answered(() => find(id)),
    async add(job) {
      const { id, name: called, args, options } = job
      const data = { args, timeout: options.timeout }
      const how = { ...optionsFor(options), jobId: id }
      await patient.answered(() => engine.add(called, data, how), true)
      // Stored it is: what is known of it beyond that must not fail the call.
      const known = job.isKeyed ? await patient.answered(() => find(id)).catch(() => {}) : undefined
      return known ?? newRecord(job)
    },
    count: async () => countByStatus(await patient.answered(() => engine.getJobCounts())),
    async deadLetters(limit) {
      const jobs = await patient.answered(() => engine.getFailed(0, limit - 1))
      return jobs.map((job) => recordOf(job, 'failed'))
    },
    retry: (id) =>
      patient.answered(async () => {
        const job = await engine.getJob(id)
        if (!job || !(await job.isFailed())) return false
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
        return true
      }),
    async watch(listener) {
      const key = engine.toKey('events')
      const [newest] = await patient.answered(() =>
        redis.client.xrevrange(key, '+', '-', 'COUNT', 1),
      )
      const events = new QueueEvents(name, {
        connection: redis.client,
        // "From now on" would begin when the first read arrives, and what happens before would be lost.
        lastEventId: newest?.[0] ?? '0-0',
      })
      events.on('error', () => {})
      // BullMQ tells of the last failure only.
      listen(events, (change) =>
        listener(change.error === undefined ? change : { ...change, status: 'failed' }),
      )
      return { [Symbol.asyncDispose]: () => settledWithin(events.close(), 1_000) }
    },
    async close() {
      // Answers come in order: with this one, what was sent before has been answered.
      await redis.closeAfter(redis.client.quit(), redis.isOpen ? 1_000 : 0)
      patient.close()
      await engine.close()
    },
  }
}

function optionsOf(options: ResolvedOptions, keep: Required<KeepOptions>): JobsOptions {
  return {
    attempts: options.attempts,
    backoff: { type: 'exponential', delay: options.backoff },
    ...(options.delay > 0 && { delay: options.delay }),
    removeOnComplete: removalAfter(keep.succeeded),
    removeOnFail: removalAfter(keep.failed),
  }
}

/** `make`, which makes nothing twice in a row: the jobs of a queue mostly have the same options. */
function remembered<From, Made>(make: (from: From) => Made): (from: From) => Made {
  let last: { from: From; made: Made } | undefined
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) }
    return last.made
  }
}

function removalAfter(milliseconds: number): boolean | { age: number } {
  if (milliseconds === Infinity) return false
  return milliseconds === 0 || { age: milliseconds / 1000 }
}

/** A job that has been stored this moment. */
function newRecord({ id, name, args }: NewJob): JobRecord {
  const none = undefined
  return { id, name, args, status: 'waiting', progress: 0, attempts: 0, result: none, error: none }
}

function recordOf(job: Stored, status: JobStatus): JobRecord {
  return {
    id: job.id ?? '',
    name: job.name,
    args: argsOf(job.data) ?? [],
    status,
    progress: status === 'succeeded' ? 1 : fromPercent(job.progress),
    attempts: job.attemptsStarted,
    result: (job.returnvalue ?? undefined) as Json | undefined,
    error: job.failedReason || undefined,
  }
}

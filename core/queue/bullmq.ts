/** Jobs on Redis or Valkey: BullMQ through Bun's own client. */
import { type Job as BullJob, type JobsOptions, Queue as BullQueue, QueueEvents } from 'bullmq'

import type {
  JobChange,
  JobRecord,
  JobStatus,
  KeepOptions,
  NewJob,
  QueueEngine,
  ResolvedOptions,
} from './engine'
import { countByStatus, listen, statusOf } from './events'
import type { Json } from './json'
import { Patience } from './patience'
import { argsOf, fromPercent, type Payload } from './payload'
import { RedisConnection } from './redis'

type Engine = BullQueue<Payload, unknown>
type Stored = BullJob<Payload, unknown>

export function openBullQueue(
  name: string,
  url: string,
  patience: number,
  keep: Required<KeepOptions>,
): QueueEngine {
  const redis = new RedisConnection(url, false)
  const engine: Engine = new BullQueue(name, { connection: redis.forBullMQ })
  // What a call cannot do, its caller is told.
  engine.on('error', () => {})
  const patient = new Patience(
    name,
    patience,
    () => engine.waitUntilReady(),
    () => engine.closing !== undefined,
    () => redis.trouble,
  )
  const optionsFor = remembered((options: ResolvedOptions) => optionsOf(options, keep))
  const send = ({ id, name: called, args, options }: NewJob) =>
    engine.add(
      called,
      { args, timeout: options.timeout },
      id === undefined ? optionsFor(options) : { ...optionsFor(options), jobId: id },
    )
  const find = (id: string) =>
    patient.answered(async () => {
      // In this order: what the job holds may be newer than the state, but not older.
      const state = await engine.getJobState(id)
      const job = await engine.getJob(id)
      return job && recordOf(job, statusOf(state))
    })
  const addOnce = async (job: NewJob, id: string) => {
    // It can be sent again if it may have been lost: there will be one.
    const stored = await patient.answered(() => send(job), 'write')
    // Stored it is: what is known of it beyond that must not fail the call.
    return (await find(id).catch(() => undefined)) ?? recordOf(stored, 'waiting')
  }
  return {
    engine,
    find,
    async add(job) {
      if (job.id !== undefined) return addOnce(job, job.id)
      const { id = '' } = await patient.answered(() => send(job), 'write once')
      return newRecord(id, job)
    },
    async count() {
      return countByStatus(await patient.answered(() => engine.getJobCounts()))
    },
    async deadLetters(limit) {
      const jobs = await patient.answered(() => engine.getFailed(0, limit - 1))
      return jobs.map((job) => recordOf(job, 'failed'))
    },
    async retry(id) {
      return patient.answered(async () => {
        const job = await engine.getJob(id)
        if (!job || !(await job.isFailed())) return false
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
        return true
      })
    },
    async watch(listener) {
      const key = engine.toKey('events')
      const newest: unknown = await patient.answered(() =>
        redis.client.send('XREVRANGE', [key, '+', '-', 'COUNT', '1']),
      )
      const connection = new RedisConnection(url, true)
      const events = new QueueEvents(name, {
        connection: connection.forBullMQ,
        // "From now on" would begin when the first read arrives, and what happens before would be lost.
        lastEventId: streamIdOf(newest) ?? '0-0',
      })
      events.on('error', () => {})
      listen(events, (change) => listener(asMeant(change)))
      return { [Symbol.asyncDispose]: () => connection.closeAfter(events.close()) }
    },
    async close() {
      patient.close()
      await redis.closeAfter(engine.close())
    },
  }
}

/** The id of the first entry in an answer to XREVRANGE. */
function streamIdOf(entries: unknown): string | undefined {
  if (!Array.isArray(entries) || !Array.isArray(entries[0])) return undefined
  const id: unknown = entries[0][0]
  return typeof id === 'string' ? id : undefined
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
function newRecord(id: string, { name, args }: NewJob): JobRecord {
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

/** BullMQ tells of the last failure only, and has null where there is no result. */
function asMeant(change: JobChange): JobChange {
  if (change.error !== undefined) return { ...change, status: 'failed' }
  return change.result === null ? { ...change, result: undefined } : change
}

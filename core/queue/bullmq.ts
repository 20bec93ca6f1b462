/** Jobs on Redis or Valkey: BullMQ's queue, and its worker. */
import { settledWithin } from '../options'
import type { ConsumerSettings, Engine } from './engine'
import { listen } from './events'
import {
  type Job as BullJob,
  Queue as BullQueue,
  QueueEvents,
  UnrecoverableError,
  Worker as BullWorker,
} from './packages-redis'
import { Patience } from './patience'
import { readAnything, RedisConnection } from './redis'
import { type Payload, recordOf } from './stored'

type Stored = BullJob<Payload>

export const openQueue: Engine['openQueue'] = (name, { url, patience }, keep) => {
  const redis = new RedisConnection(url)
  const engine = new BullQueue<Payload, unknown>(name, {
    connection: redis.client,
    // What it asks while it opens, and is refused once, it would be refused for ever.
    skipVersionCheck: true,
    skipWaitingForReady: true,
  })
  readAnything(engine)
  // What a call cannot do, its caller is told.
  engine.on('error', () => {})
  const patient = new Patience(name, patience, redis)
  const removal = {
    removeOnComplete: removalAfter(keep.succeeded),
    removeOnFail: removalAfter(keep.failed),
  }
  const find = (id: string) =>
    patient.answered(async () => {
      // In this order: what the job holds may be newer than the state, but not older.
      const state = await engine.getJobState(id)
      // BullMQ has keys of its own beside those of the jobs, and would read them as one.
      const job = state === 'unknown' ? undefined : await engine.getJob(id)
      return job && recordOf(job, state, job.attemptsStarted)
    })
  return {
    engine,
    find,
    async add(job) {
      const { id, name: called, args, options } = job
      const { timeout, attempts, delay } = options
      const backoff = { type: 'exponential', delay: options.backoff }
      const how = { ...removal, jobId: id, attempts, backoff, ...(delay > 0 && { delay }) }
      await patient.answered(() => engine.add(called, { args, timeout }, how), true)
      // Stored it is: what is known of it beyond that must not fail the call.
      const found = job.isKeyed ? await find(id).catch(() => undefined) : undefined
      return found ?? recordOf({ id, name: called, data: { args } }, 'waiting', 0)
    },
    count: () => patient.answered(() => engine.getJobCounts()),
    async deadLetters(limit) {
      const jobs = await patient.answered(() => engine.getFailed(0, limit - 1))
      return jobs.map((job) => recordOf(job, 'failed', job.attemptsStarted))
    },
    retry: (id) =>
      patient.answered(async () => {
        const isFailed = (await engine.getJobState(id)) === 'failed'
        const job = isFailed ? await engine.getJob(id) : undefined
        if (!job) return false
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
        return true
      }),
    async watch(listener) {
      const key = engine.toKey('events')
      const newest = () => redis.client.xrevrange(key, '+', '-', 'COUNT', 1)
      // "From now on" would begin when the first read arrives, and what happens before would be lost.
      const lastEventId = (await patient.answered(newest))[0]?.[0] ?? '0-0'
      const events = new QueueEvents(name, { connection: redis.client, lastEventId })
      events.on('error', () => {})
      // BullMQ tells of the last failure only.
      listen(events, (change) =>
        listener(change.error === undefined ? change : { ...change, status: 'failed' }),
      )
      return { [Symbol.asyncDispose]: () => settledWithin(events.close(), 1_000) }
    },
    async close() {
      patient.close()
      // Answers come in order: with this one, what was sent before has been answered.
      await redis.closeAfter(redis.client.quit(), redis.isOpen ? 1_000 : 0)
      await engine.close()
    },
  }
}

export const openConsumer: Engine['openConsumer'] = (name, { url }, settings) => {
  const { concurrency, lostAfter, onTrouble, running, run } = settings
  const redis = new RedisConnection(url, onTrouble)
  const process = (job: Stored) => attempt(job, run)
  const engine = new BullWorker<Payload, unknown>(name, process, {
    connection: redis.client,
    concurrency,
    lockDuration: lostAfter,
    stalledInterval: lostAfter,
    // A start is an attempt, and attempts are counted below: in one place, for failures and lost consumers alike.
    maxStalledCount: 2 ** 30,
    runRetryDelay: 1_000,
  })
  readAnything(engine)
  engine.on('error', onTrouble)
  return {
    engine,
    async close(deadline) {
      // BullMQ would wait for a broker that is away, if only to take its leave.
      await redis.closeAfter(engine.close(), redis.isOpen || running.size > 0 ? deadline : 0)
    },
  }
}

async function attempt(job: Stored, run: ConsumerSettings['run']): Promise<unknown> {
  // Other producers may say 0, which is BullMQ's default and means once.
  const attempts = Math.max(1, job.opts.attempts ?? 1)
  const number = job.attemptsStarted
  if (number > attempts)
    throw new UnrecoverableError(
      `Given up: ${job.name} was started ${attempts} times, and ${job.failedReason ? `the last failure was: ${job.failedReason}` : 'its consumer was lost each time'}`,
    )
  try {
    const setPercent = (percent: number) => job.updateProgress(percent)
    const { id = '', name, data: payload } = job
    return await run({ id, name, payload, attempt: number, attempts, setPercent })
  } catch (error) {
    // The last start is the last attempt, also where BullMQ has seen fewer failures. It goes by this name.
    if (number >= attempts && error instanceof Error) error.name = 'UnrecoverableError'
    throw error
  }
}

function removalAfter(milliseconds: number): boolean | { age: number } {
  if (milliseconds === Infinity) return false
  return milliseconds === 0 || { age: milliseconds / 1000 }
}

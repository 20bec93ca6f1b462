/** Runs jobs from Redis or Valkey: BullMQ's worker. */
import { type Job as BullJob, UnrecoverableError, Worker as BullWorker } from 'bullmq'

import {
  type ConsumerEngine,
  type ConsumerSettings,
  type Payload,
  type Run,
  toPercent,
} from './engine'
import { isFinal } from './errors'
import { readAnything, RedisConnection } from './redis'

export function openBullConsumer(
  name: string,
  run: Run,
  url: string,
  { concurrency, lostAfter, onTrouble }: ConsumerSettings,
): ConsumerEngine {
  const redis = new RedisConnection(url, onTrouble)
  let running = 0
  const runOne: Run = (delivery) => {
    running++
    return run(delivery).finally(() => running--)
  }
  const engine = new BullWorker<Payload, unknown>(name, (job) => process(job, runOne), {
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
  // BullMQ waits for a lost broker, which is right, and says nothing, which is not.
  let state: 'here' | 'away' | 'closing' = 'here'
  redis.client.on('close', () => {
    if (state === 'here') onTrouble(new Error('The broker is away. Waiting for it.'))
    if (state === 'here') state = 'away'
  })
  redis.client.on('ready', () => {
    if (state === 'away') onTrouble(new Error('The broker is back.'))
    state = 'here'
  })
  return {
    engine,
    async close(deadline) {
      state = 'closing'
      // BullMQ would wait for a broker that is away, if only to take its leave.
      await redis.closeAfter(engine.close(), redis.isOpen || running > 0 ? deadline : 0)
    },
  }
}

async function process(job: BullJob<Payload, unknown>, run: Run): Promise<unknown> {
  // Other producers may say 0, which is BullMQ's default and means once.
  const attempts = Math.max(1, job.opts.attempts ?? 1)
  const attempt = job.attemptsStarted
  if (attempt > attempts)
    throw new UnrecoverableError(
      `Given up: ${job.name} was started ${attempts} times, and ${job.failedReason ? `the last failure was: ${job.failedReason}` : 'its consumer was lost each time'}`,
    )
  try {
    return await run({
      id: job.id ?? '',
      name: job.name,
      payload: job.data,
      attempt,
      attempts,
      setProgress: (progress) => job.updateProgress(toPercent(progress)),
    })
  } catch (error) {
    throw attempt >= attempts || isFinal(error) ? withoutRetry(error) : error
  }
}

function withoutRetry(error: unknown): Error {
  if (!(error instanceof Error)) return new UnrecoverableError(String(error))
  const final = new UnrecoverableError(error.message)
  if (error.stack !== undefined) final.stack = error.stack
  return final
}

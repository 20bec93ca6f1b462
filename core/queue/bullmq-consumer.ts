/** Runs jobs from Redis or Valkey. */
import { type Job as BullJob, UnrecoverableError, Worker as BullWorker } from 'bullmq'

import type { ConsumerEngine, ConsumerSettings, Run } from './engine'
import { isFinal } from './errors'
import { LoginRefusedError } from './login'
import { type Payload, toPercent } from './payload'
import { RedisConnection } from './redis'

export function openBullConsumer(
  name: string,
  run: Run,
  url: string,
  { concurrency, lostAfter, onTrouble }: ConsumerSettings,
): ConsumerEngine {
  const redis = new RedisConnection(url, true, onTrouble)
  const engine = new BullWorker<Payload, unknown>(name, (job) => process(job, run), {
    connection: redis.forBullMQ,
    concurrency,
    lockDuration: lostAfter,
    stalledInterval: lostAfter,
    // A start is an attempt, and attempts are counted below: in one place, for failures and lost consumers alike.
    maxStalledCount: 2 ** 30,
    runRetryDelay: 1_000,
  })
  engine.on('error', onTrouble)
  const watching = watchConnection(redis, onTrouble)
  return {
    engine,
    async close(deadline) {
      clearInterval(watching)
      await redis.closeAfter(engine.close(), deadline)
    },
  }
}

/** BullMQ waits for a lost broker, which is right, and says nothing, which is not. */
function watchConnection(redis: RedisConnection, onTrouble: (error: Error) => void): Timer {
  let isMissed = false
  const timer = setInterval(() => {
    const isAway = !redis.client.connected
    // One that refuses is there, and has been heard.
    if (isMissed === isAway || (isAway && redis.trouble instanceof LoginRefusedError)) return
    isMissed = isAway
    onTrouble(new Error(isMissed ? 'The broker is away. Waiting for it.' : 'The broker is back.'))
  }, 1_000)
  timer.unref()
  return timer
}

async function process(job: BullJob<Payload, unknown>, run: Run): Promise<unknown> {
  const attempts = job.opts.attempts ?? 1
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

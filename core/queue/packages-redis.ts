/**
 * BullMQ and ioredis, which need not be installed. A bundler takes them along where they are, and goes on where they are
 * not: it does so for a require() in a try.
 */
import type * as bullmq from 'bullmq'
import type * as ioredis from 'ioredis'

import { BackgroundError } from '../errors'
import { isMissing } from './errors'

export const { Job, Queue, QueueEvents, Redis, UnrecoverableError, Worker } = load()
export type Job<Data = unknown, Result = unknown> = bullmq.Job<Data, Result>
export type Redis = ioredis.Redis
export type RedisOptions = ioredis.RedisOptions

function load() {
  try {
    const { Redis: Client } = require('ioredis') as typeof ioredis
    return { ...(require('bullmq') as typeof bullmq), Redis: Client }
  } catch (error) {
    if (!isMissing('bullmq|ioredis', error)) throw error
    throw new BackgroundError(
      'A queue on Redis needs bullmq and ioredis, and not both are installed: bun add bullmq ioredis.',
      { cause: error },
    )
  }
}

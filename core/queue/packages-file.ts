/** bunqueue, which need not be installed: taken along by a bundler as packages-redis.ts says. */
import type * as client from 'bunqueue/client'
import type * as server from 'bunqueue/queue'

import { BackgroundError } from '../errors'
import { isMissing } from './errors'

export const { Queue, QueueEvents, QueueManager, shutdownManager, UnrecoverableError, Worker } =
  load()
export type Job<Data = unknown> = client.Job<Data>
export type Queue<Data = unknown> = client.Queue<Data>
export type QueueManager = server.QueueManager

function load() {
  try {
    const { QueueManager: Manager } = require('bunqueue/queue') as typeof server
    return { ...(require('bunqueue/client') as typeof client), QueueManager: Manager }
  } catch (error) {
    if (!isMissing('bunqueue', error)) throw error
    throw new BackgroundError(
      'A queue in a file needs bunqueue, which is not installed: bun add bunqueue. (With REDIS_URL, a queue is on Redis.)',
      { cause: error },
    )
  }
}

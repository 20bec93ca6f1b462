import type { AnyElysia } from 'elysia'

import { runnerOf } from '../../core'
import { consume, QueueFileInUseError } from '../../core/queue'
import { queueFile } from './database'
import { appear } from './presence'
import * as tasks from './tasks'

async function startConsumer() {
  const consumer = await consume('signup', tasks, {
    file: queueFile,
    concurrency: 4,
    // Soon, so that there is something to see. The price: a task that
    // blocks its process for longer is taken for lost and run twice.
    lostAfter: 2_000,
    onError: ({ error, job: { name, attempt, attempts } }) =>
      console.error(
        `${name}, attempt ${attempt} of ${attempts}:`,
        error,
      ),
  })
  const presence = appear()
  return async function closeConsumer() {
    await consumer.close() // what runs may finish
    presence[Symbol.dispose]()
  }
}

/** Without Redis: the file of the queue belongs to one process. */
export async function consumeIn(app: AnyElysia) {
  const close = await startConsumer().catch((error: unknown) => {
    if (!(error instanceof QueueFileInUseError)) throw error
    console.error(`${error.message} QUEUE_FILE names another file.`)
    process.exit(1)
  })
  // Ctrl-C waits for tasks. This one waits for the jobs that run.
  app.onStop(() => void runnerOf(app).addTask(close))
}

/** With Redis: a process that runs jobs, one of as many as we like. */
export async function start() {
  const close = await startConsumer()
  console.log(`Process ${process.pid} runs jobs`)
  const stop = () => void close().then(() => process.exit(0))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, stop)
}

if (import.meta.main) await start()

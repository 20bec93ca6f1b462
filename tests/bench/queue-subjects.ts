/** This library's queue and BullMQ used directly, on the same Redis, through the same client, with the same options. */
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'

import { consume, queue } from '../../core/queue'

type Tasks = { nothing(number: number, text: string): void }

export type QueueSubject = {
  open(
    url: string,
    name: string,
  ): { add(number: number): Promise<unknown>; close(): Promise<unknown> }
  /** Calls `ran` with the number of every job. Resolves with what ends it. */
  consume(
    url: string,
    name: string,
    concurrency: number,
    ran: (number: number) => void,
  ): Promise<() => Promise<unknown>>
}

export type QueueSubjectName = 'ours' | 'bullmq'

const connect = (url: string): Redis =>
  new Redis(url, { protocol: 2, disableClientInfo: true, maxRetriesPerRequest: null })

const bullmq: QueueSubject = {
  open(url, name) {
    const direct = new Queue(name, { connection: connect(url) })
    const options = {
      attempts: 3,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: { age: 3_600 },
      removeOnFail: { age: 604_800 },
    }
    return {
      add: (number) => {
        const jobId = Bun.randomUUIDv7()
        return direct.add('nothing', { args: [number, 'some text'] }, { ...options, jobId })
      },
      close: () => direct.close(),
    }
  },
  async consume(url, name, concurrency, ran) {
    const connection = connect(url)
    const process = async (job: { data: { args: [number, string] } }) => ran(job.data.args[0])
    const worker = new Worker(name, process, { connection, concurrency })
    return () => worker.close()
  },
}

const ours: QueueSubject = {
  open(url, name) {
    const jobs = queue<Tasks>(name, { url })
    return { add: (number) => jobs.nothing(number, 'some text'), close: () => jobs.close() }
  },
  async consume(url, name, concurrency, ran) {
    const tasks: Tasks = { nothing: (number) => ran(number) }
    const consumer = await consume(name, tasks, { url, concurrency })
    return () => consumer.close()
  },
}

export const queueSubjects: Readonly<Record<QueueSubjectName, QueueSubject>> = { ours, bullmq }

/** Milliseconds since 1970, to the microsecond: the same clock in every process. */
export const now = (): number => performance.timeOrigin + performance.now()

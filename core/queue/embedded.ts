/** Jobs in one SQLite file, with nothing to install and nothing to start: bunqueue, embedded in this process. */
import { settledWithin } from '../options'
import type { Engine, JobRecord, NewJob, Where } from './engine'
import { isFinal } from './errors'
import { listen } from './events'
import { holdFile } from './file'
import {
  type Job as FileJob,
  Queue as FileQueue,
  QueueEvents,
  UnrecoverableError,
  Worker,
} from './packages-file'
import { Patience } from './patience'
import { type Payload, recordOf } from './stored'

/** bunqueue forgets, until the next start, a job that runs for longer than 30 minutes. */
const longestTimeout = 25 * 60_000

/** Between two looks for a job, of which bunqueue's own 50 would be felt, and at a locked file. In milliseconds. */
const pauses = { idle: 5, locked: 20 }

/** How many jobs that are kept no longer are removed at once: ten thousand would be felt by whoever asks the server. */
const mostRemoved = 500

export const openQueue: Engine['openQueue'] = async (name, options, keep) => {
  const { file, reading, writing, where } = await open(name, options)
  const engine = new FileQueue<Payload>(name, where)
  /** For what can as well be written later, or by the next process. */
  const tryTo = (write: () => unknown) => void writing.answered(write).catch(() => {})
  const maxAge = keep.failed === Infinity ? null : keep.failed
  // Consumers are in this process: none can be lost alone, and one that blocks the event loop is not.
  tryTo(() => engine.setStallConfig({ enabled: false, maxStalls: 0 }))
  tryTo(() => engine.setDlqConfig({ autoRetry: false, maxAge, maxEntries: 1_000_000 }))
  const removeSome = () => engine.clean(keep.succeeded, mostRemoved, 'completed').length
  const clean = async () => {
    while ((await writing.answered(removeSome)) === mostRemoved) await new Promise(setImmediate)
  }
  const often = Math.min(Math.max(keep.succeeded, 1_000), 60_000)
  const cleaning = setInterval(() => void clean().catch(() => {}), often).unref()
  const adding = new Map<string, Promise<JobRecord>>()
  const store = (job: NewJob) => writing.answered(() => add(engine, job), true)
  const findById = (id: string) => reading.answered(() => find(engine, id))

  return {
    engine,
    async add(job) {
      const { timeout } = job.options
      if (timeout > longestTimeout)
        throw new TypeError(
          `The embedded queue runs jobs of up to ${longestTimeout} ms, got a timeout of ${timeout}. For longer ones set REDIS_URL.`,
        )
      if (!job.isKeyed) return store(job)
      const { id } = job
      // bunqueue would run a key that has run once more.
      const stored = adding.get(id) ?? findById(id).then((found) => found ?? store(job))
      adding.set(id, stored)
      return stored.finally(() => adding.delete(id))
    },
    find: findById,
    count: () => reading.answered(() => engine.getJobCountsAsync()),
    async deadLetters(limit) {
      const entries = await reading.answered(() => engine.getDlqAsync())
      const latestFirst = entries.toReversed().toSorted((a, b) => b.enteredAt - a.enteredAt)
      return latestFirst.slice(0, limit).map(({ job, error }) => {
        const record = recordOf(job, 'failed', job.attemptsMade)
        return { ...record, error: error ?? record.error }
      })
    },
    // Without an id bunqueue retries all of them.
    retry: async (id) => id !== '' && (await writing.answered(() => engine.retryDlqAsync(id))) > 0,
    async watch(listener) {
      const events = new QueueEvents(name, where)
      listen(events, listener)
      return { [Symbol.asyncDispose]: async () => events.close() }
    },
    async close() {
      clearInterval(cleaning)
      writing.close()
      await Promise.allSettled(adding.values())
      reading.close()
      engine.close()
      file.release()
    },
  }
}

export const openConsumer: Engine['openConsumer'] = async (name, options, settings) => {
  const { concurrency, onTrouble, run } = settings
  const { file, where } = await open(name, options)
  /** What bunqueue cannot write down is lost to it until the next start: so an end waits here. */
  const writable = async (job: FileJob<Payload>) => {
    if (file.takesEnds) return
    onTrouble(new Error(`${job.name} (${job.id}) waits for the file: ${String(file.trouble)}`))
    while (!file.takesEnds) await Bun.sleep(pauses.locked)
  }
  const process = async (job: FileJob<Payload>) => {
    const endable = () => writable(job)
    const setPercent = async (percent: number) => {
      await endable()
      await job.updateProgress(percent)
    }
    const { id, name: called, data: payload, attemptsMade, opts } = job
    const attempts = Math.max(1, opts.attempts ?? 1)
    const how = { attempt: attemptsMade + 1, attempts, payload, setPercent, endable }
    try {
      return await run({ id, name: called, ...how })
    } catch (error) {
      throw isFinal(error) ? new UnrecoverableError(error.message) : error
    }
  }
  const engine = new Worker<Payload>(name, process, {
    ...where,
    concurrency,
    drainDelay: pauses.idle,
    // Locks are for consumers that can be lost alone.
    useLocks: false,
    skipStalledCheck: true,
  })
  engine.on('error', onTrouble)
  let ending: Promise<void> | undefined
  return {
    engine,
    async close(deadline) {
      // Once: the file is also in the hands of others.
      ending ??= engine.close().finally(() => file.release())
      await settledWithin(ending, deadline)
    },
  }
}

/** Takes the file, and lets bunqueue open it when nobody else writes to it. */
async function open(name: string, { file: path, patience }: Where) {
  const reading = new Patience(name, patience)
  const file = await reading.answered(() => holdFile(path))
  const writing = new Patience(name, patience, file)
  try {
    await writing.answered(() => file.load())
    return { file, reading, writing, where: { embedded: true, dataPath: file.path } }
  } catch (error) {
    file.release()
    throw error
  }
}

async function find(engine: FileQueue<Payload>, id: string): Promise<JobRecord | undefined> {
  for (let look = 0; look < 5; look++) {
    // In this order: what the job holds may be newer than the state, but not older.
    const state = await engine.getJobState(id)
    const job = await engine.getJob(id)
    if (job) {
      const attempts = job.attemptsMade + (/^(active|completed)$/.test(state) ? 1 : 0)
      return job.queueName === engine.name ? recordOf(job, state, attempts) : undefined
    }
    if (state === 'unknown') return undefined
    // On its way from one state to the next a job is nowhere, for as long as bunqueue holds its lock.
    await Bun.sleep(look)
  }
  return undefined
}

async function add(engine: FileQueue<Payload>, job: NewJob): Promise<JobRecord> {
  const { attempts, backoff, delay, timeout } = job.options
  // As text: what packs the data here does not keep every JSON value as it is.
  const payload = { args: JSON.stringify(job.args), timeout }
  const stored = await engine.add(job.name, payload, {
    // Of other ids it remembers some only, and a key must not be among those that it forgets.
    ...(job.isKeyed && { jobId: job.id }),
    attempts,
    // Of twice this, bunqueue takes from half to one and a half: it spreads what failed together.
    backoff: { type: 'exponential', delay: backoff / 2 },
    delay,
    // Written before the add resolves, not soon after. The process may be killed then; a power cut is another thing:
    // bunqueue lets the system decide when the disk has it (WAL, synchronous = NORMAL).
    durable: true,
  })
  return recordOf(stored, 'waiting', 0)
}

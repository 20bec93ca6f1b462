import { type Job, queue } from '../../core/queue'
import { awayFor } from './broker'
import { count } from './counts'
import { queueFile } from './database'
import * as outbox from './outbox'
import type * as tasks from './tasks'

export const jobs = queue<typeof tasks>('signup', {
  attempts: 5, // a start whose process dies is one, too
  backoff: 200,
  file: queueFile,
})

/** For people: without what an address may say besides. */
export const whereJobsAre = Bun.env.REDIS_URL
  ? `Redis at ${URL.parse(Bun.env.REDIS_URL)?.host}`
  : queueFile

/** Resolves when the job is stored: only then may we answer. */
export async function storeWelcome(username: string, email: string) {
  // One address, one job, however often the button is pressed.
  const once = jobs.with({ key: email })
  const job = await once.sendWelcomeEmail(username, email)
  outbox.promise('welcome', email, job.id)
}

/** What has become of all that we have promised. */
export async function look() {
  const isBrokerHere = awayFor() === 0 && (await hasAnswered())
  return {
    welcome: {
      ...count('welcome'),
      gone: known.gone,
      dead: known.failed.length,
    },
    note: { ...count('note'), dead: 0 },
    failed: known.failed.slice(0, 20),
    latest: known.latest,
    isBrokerHere,
  }
}

export type Look = Awaited<ReturnType<typeof look>>

/** What the broker has told us last. */
let known = { gone: 0, failed: [] as Job[], latest: [] as Job[] }
let overdue: Promise<unknown> | undefined

/** The page does not wait for a broker that is away. */
async function hasAnswered(): Promise<boolean> {
  if (overdue) return false
  const asking = ask().catch(() => undefined)
  const late = Bun.sleep(1_000).then(() => 'late' as const)
  const told = await Promise.race([asking, late])
  if (told === 'late')
    overdue = asking.then(() => (overdue = undefined))
  else if (told) known = told
  return told !== 'late' && told !== undefined
}

async function ask() {
  const promised = outbox.unsent()
  const letters = await jobs.deadLetters.list(1_000)
  const unsent = await findAll(promised)
  const sent = await findAll(outbox.sent())
  const latest = [
    ...unsent.filter((job) => job?.status === 'running'),
    ...unsent.filter((job) => job?.status === 'waiting').slice(0, 3),
    ...sent,
  ].filter((job) => job !== undefined)
  return {
    gone: unsent.filter((job) => !job).length,
    failed: letters.filter(({ id }) => promised.includes(id)),
    latest,
  }
}

function findAll(ids: string[]): Promise<(Job | undefined)[]> {
  return Promise.all(ids.map((id) => jobs.find(id)))
}

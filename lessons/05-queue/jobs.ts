import { type Job, queue } from '../../core/queue'
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
  const unsent = await findAll(outbox.unsent())
  const sent = await findAll(outbox.sent())
  const failed = await jobs.deadLetters.list(20)
  return {
    welcome: {
      ...outbox.count('welcome'),
      gone: unsent.filter((job) => !job).length,
    },
    note: outbox.count('note'),
    failed,
    latest: [
      ...unsent.filter((job) => job?.status === 'running'),
      ...unsent.filter((job) => job?.status === 'waiting').slice(0, 3),
      ...sent,
    ].filter((job) => job !== undefined),
  }
}

export type Look = Awaited<ReturnType<typeof look>>

function findAll(ids: string[]): Promise<(Job | undefined)[]> {
  return Promise.all(ids.map((id) => jobs.find(id)))
}

import { consume, queue } from 'bun-background-tasks/queue'

import * as tasks from './tasks'

const jobs = queue<typeof tasks>('mail', { attempts: 3, backoff: 1_000 })
const job = await jobs.with({ key: 'welcome-7' }).sendWelcomeEmail('ada@example.org') // stored

const consumer = await consume('mail', tasks, { concurrency: 5 })
await job.finished()

await consumer.close()
await jobs.close()

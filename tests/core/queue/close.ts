/** Adds to a queue whose broker is of no use, closes it while it is watched, and has nothing left to do. */
import { queue } from '../../../core/queue'
import type * as tasks from './tasks'

const jobs = queue<typeof tasks>('jobs', { patience: 500 })
await jobs.add(1, 1).catch(() => {})
jobs.watch().catch(() => {})
await jobs.close()

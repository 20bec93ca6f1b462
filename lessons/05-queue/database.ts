import { Database } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { ownFolder } from './folder'

process.umask(0o077) // addresses: no file of ours is for others

/** Where the jobs are without Redis. They outlive the program. */
export const queueFile =
  Bun.env.QUEUE_FILE || join(ownFolder(), 'queue.sqlite')

mkdirSync(dirname(queueFile), { recursive: true })

// What has been sent, and who is there: every process writes here.
const end = Bun.env.REDIS_URL ? 'redis-outbox' : 'outbox'
export const db = new Database(`${queueFile}.${end}`)
db.run('PRAGMA busy_timeout = 5000')
db.run('PRAGMA journal_mode = WAL')
db.run('PRAGMA synchronous = NORMAL')

/** A consumer in a process of its own, which tells its parent when each job has begun. */
import { now, type QueueSubjectName, queueSubjects } from '../../queue-subjects'

const [subject, url, name] = process.argv.slice(2) as [QueueSubjectName, string, string]
await queueSubjects[subject].consume(url, name, 1, (number) =>
  process.send?.({ number, at: now() }),
)
process.send?.('ready')
process.on('disconnect', () => process.exit(0))

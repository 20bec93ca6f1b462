/** A Worker that tries to open the file of an embedded queue, and answers with what it is told. */
import { queue } from '../../../core/queue'
import type * as tasks from './tasks'

const jobs = queue<typeof tasks>('jobs', { url: null, file: process.argv.at(-1) ?? '' })
postMessage(await jobs.add(1, 1).then(() => 'opened', String))

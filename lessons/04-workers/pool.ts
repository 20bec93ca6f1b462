import { workers } from '../../core'
import type * as tasks from './tasks'

// The functions of tasks.ts, on a thread for each core. Threads share
// one memory: with { isolation: 'process' } behind the URL, a task that
// runs out of it ends its own worker only, not the server.
export const pool = workers<typeof tasks>(
  new URL('./worker.ts', import.meta.url),
)

// app.ts
import { background, workers } from 'bun-background-tasks'
import { Elysia } from 'elysia'

import type * as tasks from './tasks'

const pool = workers<typeof tasks>(new URL('./worker.ts', import.meta.url))

export const app = new Elysia().use(background()).get('/primes', ({ backgroundTasks }) => {
  backgroundTasks.addTask(pool.countPrimes, 1_000_000) // was: tasks.countPrimes
  return 'Counting.'
})

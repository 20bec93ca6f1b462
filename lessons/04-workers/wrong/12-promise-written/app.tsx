import { Elysia } from 'elysia'

import { background, stopOnSignals, workers } from '../../../../core'
import { Page, pages, serve } from '../../../page'
import * as tasks from './tasks'

// The functions of tasks.ts again, here each on a thread of its own.
const pool = workers<typeof tasks>(
  new URL('./worker.ts', import.meta.url),
)
const results = new Map<number, string>()

async function count(limit: number) {
  try {
    const primes = pool.countPrimes(limit)
    results.set(limit, `${primes} primes`)
  } catch (error) {
    results.set(limit, 'failed')
    throw error
  }
}

export const app = new Elysia()
  .use(background({ onFailure: 'continue' }))
  .use(pages)
  .get('/', () => (
    <Page title="Prime numbers">
      <p>
        <button hx-post="/count?limits=5000000,13,20" hx-target="#rows">
          Count up to 5,000,000, then 13, then 20
        </button>
      </p>
      <div id="rows" hx-get="/results" hx-trigger="every 500ms">
        <Results />
      </div>
    </Page>
  ))
  .post('/count', ({ backgroundTasks, query }) => {
    for (const limit of (query.limits ?? '').split(',').map(Number)) {
      results.set(limit, 'counting')
      backgroundTasks.addTask(count, limit)
    }
    return <Results />
  })
  .get('/results', () => <Results />)

function Results() {
  const rows = Array.from(results, (row) => row.join(': '))
  return <ul class="list">{rows.map(Row)}</ul>
}

const Row = (text: string) => <li safe>{text}</li>

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) start()

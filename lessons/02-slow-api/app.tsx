import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { Page, pages, serve } from '../page'
import { clock, Lists } from './lists'
import * as store from './store'
import { callSlowService } from './tasks'

const every = Bun.env.POLL_EVERY ?? '5s'

export const app = new Elysia()
  .use(
    background({
      onError: ({ error, task }) =>
        console.error(`${task.name} failed:`, error),
    }),
  )
  .use(pages)
  .get('/', () => (
    <Page lesson={2} title="Background Task Dashboard">
      <p>The service needs three seconds for an answer.</p>
      {/* Without hx-sync, the third of three presses may be lost. */}
      <button hx-post="/submit" hx-target="#res" hx-sync="queue all">
        Press to call slow service
      </button>
      <p id="res" class="quiet" aria-live="polite" />
      <div
        id="responses"
        aria-live="polite"
        hx-get="/responses"
        hx-trigger={`every ${every}, submitted from:body`}
        hx-swap="innerMorph"
      >
        <Lists />
      </div>
    </Page>
  ))
  .post('/submit', ({ backgroundTasks, set }) => {
    const row = store.add(Math.floor(Date.now() / 1000))
    backgroundTasks.addTask(callSlowService, row.id, row.request_time)
    // Then, as on the FastHTML page: a row whose key is the second.
    backgroundTasks.addTask(store.addBySecond, row.id)
    // An event in the browser: the list looks at once, not in 5 s.
    set.headers['hx-trigger'] = 'submitted'
    const time = clock(row.request_time)
    return <span safe>{`Request submitted at: ${time}`}</span>
  })
  .get('/responses', () => <Lists />)

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

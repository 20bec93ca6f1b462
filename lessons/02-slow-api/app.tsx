import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { Page, pages, serve } from '../page'
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
      <h2>Responses from Tasks</h2>
      <div
        id="responses"
        aria-live="polite"
        hx-get="/responses"
        hx-trigger={`every ${every}, submitted from:body`}
        hx-swap="innerMorph"
      >
        <Responses />
      </div>
    </Page>
  ))
  .post('/submit', ({ backgroundTasks, set }) => {
    const row = store.add(Math.floor(Date.now() / 1000))
    backgroundTasks.addTask(callSlowService, row.id, row.request_time)
    // An event in the browser: the list looks at once, not in 5 s.
    set.headers['hx-trigger'] = 'submitted'
    const time = clock(row.request_time)
    return <span safe>{`Request submitted at: ${time}`}</span>
  })
  .get('/responses', () => <Responses />)

function Responses() {
  const rows = store.list()
  if (rows.length === 0) return <p class="quiet">None yet.</p>
  return <ul class="list">{rows.map(Row)}</ul>
}

function Row({ id, request_time, response_time, ...row }: store.Row) {
  const asked = `No. ${id}: asked at ${clock(request_time)}`
  const answer = response_time
    ? `answered at ${clock(response_time)}`
    : row.note || 'no answer yet'
  return (
    <li id={`response-${id}`}>
      <span safe>{asked}</span>
      <span class={['status', row.status]}>{row.status}</span>
      <span safe>{answer}</span>
    </li>
  )
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB')
}

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../../core'
import { Page, pages, serve } from '../../../page'
import * as store from './store'
import { callSlowService } from './tasks'

export const app = new Elysia()
  .use(background())
  .use(pages)
  .get('/', () => (
    <Page lesson={2} title="Dashboard">
      <button hx-post="/submit" hx-target="#res" hx-sync="queue all">
        Press to call slow service
      </button>
      <p id="res" class="quiet" aria-live="polite" />
      <h2>Responses</h2>
      <div
        aria-live="polite"
        hx-get="/responses"
        hx-trigger="every 1s"
        hx-swap="innerMorph"
      >
        <Responses />
      </div>
    </Page>
  ))
  .post('/submit', ({ backgroundTasks }) => {
    const row = store.add(Math.floor(Date.now() / 1000))
    backgroundTasks.addTask(callSlowService, row.id, row.asked)
    return <span safe>{`No. ${row.id} has been submitted.`}</span>
  })
  .get('/responses', () => <Responses />)

function Responses() {
  const rows = store.list()
  if (rows.length === 0) return <p class="quiet">None yet.</p>
  return <ul class="list">{rows.map(Row)}</ul>
}

function Row({ id, status, answered, note }: store.Row) {
  return (
    <li id={`response-${id}`}>
      <span safe>{`No. ${id}`}</span>
      <span class={['status', status]}>{status}</span>
      <span safe>{answered ? `answered at ${answered}` : note}</span>
    </li>
  )
}

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) start()

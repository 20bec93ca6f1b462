import { Elysia, sse } from 'elysia'

import { background, stopOnSignals } from '../../../../core'
import { Page, pages, serve } from '../../../page'
import * as mailing from './mailing'

export const app = new Elysia()
  .use(background())
  .use(pages)
  .get('/', () => (
    <Page lesson={6} title="A mailing" scripts={['/htmx-sse.js']}>
      <button hx-post="/send" hx-target="#said">
        Send 100 mails
      </button>
      <p id="said" class="quiet" />
      <pre hx-sse:connect="/events" hx-sse:close="over" />
    </Page>
  ))
  .post('/send', ({ backgroundTasks }) => {
    backgroundTasks.addTask(sendAll, 100)
    return <>On their way. Now open a second tab.</>
  })
  .get('/events', async function* () {
    const change = mailing.now()
    yield sse(change)
    for await (const next of mailing.changesAfter(change.id))
      yield sse(next)
    yield sse({ event: 'over' })
  })

async function sendAll(count: number) {
  mailing.begin(count)
  for (let number = 1; number <= count; number++) {
    await Bun.sleep(300)
    mailing.step(number % 9 === 4)
  }
}

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) start()

import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { pages, serve } from '../page'
import { mostBytes, readAddresses } from './addresses'
import { byEvents } from './by-events'
import { bySocket } from './by-socket'
import { byWebhook } from './by-webhook'
import { cut } from './cut'
import { Home } from './home'
import { MailingPage } from './mailing-page'
import { add, find } from './mailings'
import { scripts } from './scripts'
import { sendAll } from './tasks'
import { ways } from './ways'

const form = t.Object({
  addresses: t.Optional(t.String({ maxLength: mostBytes })),
  file: t.Optional(t.File({ maxSize: mostBytes })),
})
const tooMany = 'Twenty mailings are on their way: wait for one.'

export const app = new Elysia()
  .use(
    background({
      onError: ({ error, task }) =>
        console.error(`${task.name} failed:`, error),
    }),
  )
  .onError(({ code }) =>
    code === 'VALIDATION' ? (
      <Home problems={['We take addresses, one a line, as text.']} />
    ) : undefined,
  )
  .use(pages)
  .use(scripts)
  .get('/', () => <Home />)
  .post(
    '/mailings',
    async ({ backgroundTasks, body, redirect, set }) => {
      const text = (await body.file?.text()) || (body.addresses ?? '')
      const { addresses, problems } = readAddresses(text)
      if (problems.length > 0) {
        set.status = 422
        return <Home text={text} problems={problems} />
      }
      const mailing = add(addresses)
      if (!mailing) {
        set.status = 503
        return <Home text={text} problems={[tooMany]} />
      }
      // The visitor has a page at once, and an address to come back to.
      backgroundTasks.addTask(sendAll, mailing.id)
      return redirect(`/mailings/${mailing.id}`, 303)
    },
    { body: form },
  )
  .get(
    '/mailings/:id',
    ({ params, query, set }) => {
      const mailing = find(params.id)
      if (!mailing) set.status = 404
      return <MailingPage mailing={mailing} first={query.first ?? ''} />
    },
    { query: t.Object({ first: t.Optional(t.Literal('change')) }) },
  )
  .use(ways)
  .use(byEvents) // each of the four can be read by itself
  .use(bySocket)
  .use(byWebhook)
  .use(cut)

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

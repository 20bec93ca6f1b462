import { Elysia, sse } from 'elysia'

import { Page, pages, serve } from '../page'
import { type Got, got, isTaken, note, somethingNew } from './got'
import { problemOf } from './signature'

// Somebody else's machine: it is told, and looks who it is that tells.
export const receiver = new Elysia()
  .use(pages)
  .get('/', () => (
    <Page
      lesson={6}
      title="What the receiver got"
      scripts={['/htmx-sse.js']}
    >
      <p>A machine of somebody else, with a page of its own.</p>
      <ul class="list" hx-sse:connect="/got" hx-swap="innerHTML" />
    </Page>
  ))
  .get('/got', async function* ({ request, server }) {
    server?.timeout(request, 0)
    const leaves = new Promise((left) => {
      request.signal.addEventListener('abort', left)
    })
    while (!request.signal.aborted) {
      // First: what comes while we send the list is not missed.
      const news = somethingNew()
      yield sse({ data: <List /> })
      await Promise.race([news, leaves])
    }
  })
  .post(
    '/hook',
    ({ body, request: { headers }, status }) => {
      // The text as it came: each of its characters is signed.
      const text = String(body)
      const id = headers.get('webhook-id') ?? ''
      const problem = problemOf(headers, text)
      if (problem) return status(401, note(id, '', problem))
      if (isTaken(id)) return status(409, note(id, '', 'Came again.'))
      const { words } = JSON.parse(text) as { words: string }
      return note(id, words)
    },
    { parse: 'text' },
  )

function List() {
  if (got.length === 0) return <li class="quiet">Nothing yet.</li>
  return <>{got.map(Item)}</>
}

function Item({ id, words, problem }: Got) {
  return (
    <li>
      <code safe>{id || 'no id'}</code>
      <span class={['status', problem ? 'failed' : 'done']}>
        {problem ? 'refused' : 'taken'}
      </span>
      <span safe>{problem || words}</span>
    </li>
  )
}

export function start() {
  serve(receiver, 'RECEIVER_PORT', 8026)
}

if (import.meta.main) start()

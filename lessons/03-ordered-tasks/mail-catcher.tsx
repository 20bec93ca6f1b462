import { Elysia } from 'elysia'

import { catchMail, inbox } from '../mail-server'
import { Page, pages, serve } from '../page'

export const app = new Elysia()
  .use(pages)
  .get('/', () => (
    <Page lesson={3} title="Inbox">
      <p>
        Every mail of this lesson ends here and goes no further. We keep
        the last 100 mails of up to 1 MB.
      </p>
      <div
        aria-live="polite"
        hx-get="/mails"
        hx-trigger={`every ${Bun.env.POLL_EVERY ?? '2s'}`}
        hx-swap="innerMorph"
      >
        <Mails />
      </div>
    </Page>
  ))
  .get('/mails', () => <Mails />)

function Mails() {
  if (inbox.length === 0) return <p class="quiet">No mail yet.</p>
  return <ul class="list">{inbox.map(MailItem)}</ul>
}

function MailItem({ id, to, source }: (typeof inbox)[number]) {
  // An empty line ends the headers.
  const [headers = '', ...letter] = source.split('\r\n\r\n')
  const subject = /^Subject: (.*)$/m.exec(headers)?.[1] ?? ''
  return (
    <li id={`mail-${id}`}>
      <strong safe>{`${subject}, to ${to}`}</strong>
      <pre safe>{shortened(letter.join('\r\n\r\n').trim())}</pre>
      <details id={`headers-${id}`}>
        <summary>Headers</summary>
        <pre safe>{shortened(headers)}</pre>
      </details>
    </li>
  )
}

/** The page is asked for again and again: it has to stay small. */
function shortened(text: string): string {
  return text.length > 5_000 ? `${text.slice(0, 5_000)} …` : text
}

export async function start() {
  await catchMail()
  serve(app, 'INBOX_PORT', 8025)
}

if (import.meta.main) await start()

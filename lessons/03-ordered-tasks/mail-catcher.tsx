import { text } from 'node:stream/consumers'

import { Elysia } from 'elysia'
import { SMTPServer } from 'smtp-server'

import { cannotListen, Page, pages, portFrom, serve } from '../page'

type Mail = { to: string; source: string }

// A mail server that keeps what it gets and sends nothing on.
const inbox: Mail[] = []

export const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onRcptTo({ address }, _session, answer) {
    if (!address.toLowerCase().endsWith('@bounce.test')) return answer()
    console.log(`refused ${address}: 550`)
    answer(
      Object.assign(new Error('no such mailbox'), {
        responseCode: 550,
      }),
    )
  },
  async onData(message, { envelope }, answer) {
    const to = envelope.rcptTo.map(({ address }) => address).join(', ')
    inbox.unshift({ to, source: await text(message) })
    inbox.length = Math.min(inbox.length, 100)
    console.log(`caught a mail for ${to}`)
    answer()
  },
})

export const app = new Elysia()
  .use(pages)
  .get('/', () => (
    <Page title="Inbox">
      <p>Every mail of this lesson ends here and goes no further.</p>
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

function MailItem({ to, source }: Mail) {
  return (
    <li>
      <strong safe>{to}</strong>
      <pre safe>{source}</pre>
    </li>
  )
}

export async function start() {
  const port = portFrom('SMTP_PORT', 2525)
  smtp.on('error', (error) => cannotListen(error, 'SMTP_PORT', port))
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  smtp.listen(port, '127.0.0.1', resolve)
  await listening
  console.log(`Catching mail on 127.0.0.1:${port}`)
  serve(app, 'INBOX_PORT', 8025)
}

if (import.meta.main) await start()

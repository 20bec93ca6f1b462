import { Elysia, t } from 'elysia'

import {
  catchMail,
  inbox,
  type Mail,
  pace,
  received,
} from '../mail-server'
import { Page, pages, serve } from '../page'

// How long the mail server takes for a mail, in milliseconds.
pace.milliseconds = Number(Bun.env.MAIL_TAKES ?? 2000)

export const app = new Elysia()
  .use(pages)
  .get('/', () => (
    <Page lesson={6} title="Inbox">
      <Counts />
      <p class="quiet">These are the latest hundred, at most.</p>
      <ul class="list">{inbox.map(MailItem)}</ul>
    </Page>
  ))
  // In numbers, for the addresses that begin so.
  .get('/counts', ({ query }) => counts(query.begin ?? ''))
  .post(
    '/pace',
    ({ query }) => {
      pace.milliseconds = query.milliseconds
      return `A mail takes ${pace.milliseconds} ms.`
    },
    {
      query: t.Object({
        milliseconds: t.Integer({ minimum: 0, maximum: 60_000 }),
      }),
    },
  )

function counts(begin = '') {
  const found = { mails: 0, addresses: 0, most: 0 }
  for (const [address, count] of received) {
    if (!address.startsWith(begin)) continue
    found.mails += count
    found.addresses++
    found.most = Math.max(found.most, count)
  }
  return found
}

function Counts() {
  const { mails, addresses, most } = counts()
  const words = `${mails} mails for ${addresses} addresses`
  return <p safe>{`${words}. None has got more than ${most}.`}</p>
}

function MailItem({ id, to, source }: Mail) {
  const subject = /^Subject: (.*)$/m.exec(source)?.[1] ?? ''
  return (
    <li id={`mail-${id}`}>
      <span safe>{to}</span>
      <span class="quiet" safe>
        {subject}
      </span>
    </li>
  )
}

export async function start() {
  await catchMail(() => {}) // two thousand lines are no news
  serve(app, 'INBOX_PORT', 8025)
}

if (import.meta.main) await start()

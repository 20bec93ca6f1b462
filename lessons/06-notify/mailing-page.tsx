import { Page } from '../page'
import { Toast } from './by-popup'
import type { Mailing } from './mailing'
import { Lost } from './progress'
import { Ways } from './ways'

const scripts = ['/htmx-sse.js', '/htmx-ws.js', '/connection.js']

type Options = { mailing: Mailing | undefined; first: string }

export function MailingPage({ mailing, first }: Options) {
  const inbox = `http://127.0.0.1:${Bun.env.INBOX_PORT ?? 8025}`
  if (!mailing)
    return (
      <Page lesson={6} title="A mailing">
        <Lost />
        <a href="/">Another mailing</a>
      </Page>
    )
  const { id, addresses } = mailing
  return (
    <Page lesson={6} title="A mailing" scripts={scripts}>
      <p safe>{`${addresses.length} addresses, 20 at a time.`}</p>
      <Ways id={id} first={first} />
      <h2>A second tab</h2>
      <p>
        <a href={`/mailings/${id}`} target="_blank">
          The state first
        </a>
        , or{' '}
        <a href={`/mailings/${id}?first=change`} target="_blank">
          changes only
        </a>
        .
      </p>
      <p>
        <a href={inbox}>To the inbox</a>.{' '}
        <a href="/">Another mailing</a>.
      </p>
      <Toast />
    </Page>
  )
}

import { Page } from '../page'
import { Tasks } from './task-list'

type Typed = { username?: unknown; email?: unknown }

/** With what was typed already, if that was of no use. */
export function SignupForm({ typed }: { typed?: unknown }) {
  const { username, email } = (typed ?? {}) as Typed
  return (
    <Page lesson={3} title="Sign up">
      <p class="problem" role="alert">
        {typed !== undefined && 'We need a name and an email address.'}
      </p>
      <form method="post" action="/signup">
        <label>
          Name
          <input
            name="username"
            maxlength="40"
            required
            value={escaped(username)}
          />
        </label>
        <label>
          Email
          <input
            name="email"
            type="email"
            required
            value={escaped(email)}
          />
        </label>
        <button type="submit">Sign up</button>
      </form>
      <p class="quiet">
        The mail server refuses every address at bounce.test.
      </p>
      <ToInbox />
      <Tasks />
    </Page>
  )
}

function escaped(text: unknown): string {
  return typeof text === 'string' ? Bun.escapeHTML(text) : ''
}

/** The mail server has pages of its own. */
export function ToInbox() {
  const port = Bun.env.INBOX_PORT ?? 8025
  return (
    <p>
      <a href={`http://127.0.0.1:${port}`}>To the inbox</a>
    </p>
  )
}

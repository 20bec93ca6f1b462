import { Page } from '../page'
import { board } from './board'
import type { Look } from './jobs'
import { State } from './state'

const every = Bun.env.POLL_EVERY ?? '500ms'
const whom = Bun.env.REDIS_URL ? 'a consumer' : 'the program'

export function Home(look: Look) {
  return (
    <Page title="Signups that outlive a crash">
      <p>
        The welcome email is stored before we answer. The note to the
        admin waits in memory.
      </p>
      <form class="row" hx-post="/signup" hx-target="#said">
        <label>
          Name
          <input name="username" maxlength="40" required />
        </label>
        <label>
          Email
          <input name="email" type="email" required />
        </label>
        <button type="submit">Sign up</button>
      </form>
      <div class="row" hx-target:inherited="#said">
        <button type="button" hx-post="/signups" hx-sync="queue all">
          Add 50 signups
        </button>
        <button type="button" hx-post="/poison" hx-sync="queue all">
          Add a job that fails
        </button>
        <button type="button" class="harm" hx-post="/kill">
          Kill {whom} with -9
        </button>
        <button type="button" class="harm" hx-post="/stop">
          Stop the broker
        </button>
      </div>
      <p id="said" class="quiet" aria-live="polite" />
      <div
        id="state"
        hx-get="/state"
        hx-trigger={`every ${every}`}
        hx-swap="innerMorph"
      >
        <State {...look} />
      </div>
      {board !== undefined && (
        <p>
          <a href={board}>The same jobs on BullMQ’s own dashboard</a>
        </p>
      )}
    </Page>
  )
}

import { Page } from '../page'
import { board } from './board'
import { Button } from './button'
import type { Look } from './jobs'
import { State } from './state'

const every = Bun.env.POLL_EVERY ?? '500ms'
const isOnRedis = Boolean(Bun.env.REDIS_URL)
const whom = isOnRedis ? 'a consumer' : 'the program'

export function Home(look: Look) {
  return (
    <Page lesson={5} title="What does a crash cost?">
      <p>
        The welcome email is a job: it is stored before we answer. The
        note to the admin is a task: it waits in memory.
      </p>
      {isOnRedis && (
        <p>
          Jobs are kept by a broker, here Redis, and run by two
          processes beside this one, the consumers.
        </p>
      )}
      <div class="desk">
        <div
          id="state"
          hx-get="/state"
          hx-trigger={`every ${every}`}
          hx-swap="innerMorph"
        >
          <State {...look} />
        </div>
        <Controls />
      </div>
    </Page>
  )
}

function Controls() {
  return (
    <section class="controls">
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
        <Button path="/signups">Add 50 signups</Button>
        <Button path="/failing">Add a job that fails</Button>
        <Button path="/kill" class="harm">
          Kill {whom} with -9
        </Button>
        {isOnRedis && (
          <Button path="/stop" class="harm">
            Stop the broker
          </Button>
        )}
        <Button path="/reset" class="plain">
          Count from 0
        </Button>
      </div>
      <p id="said" class="quiet" aria-live="polite" />
      {board !== undefined && (
        <p>
          <a href={board}>The same jobs on BullMQ’s own dashboard</a>
        </p>
      )}
    </section>
  )
}

import type { Change } from './changes'
import type { Mailing } from './mailing'
import { inWords } from './time-left'
import { sentenceOf } from './words'

const looks = {
  sending: 'running',
  paused: 'waiting',
  done: 'done',
  cancelled: 'skipped',
  stopped: 'failed',
} as const

type Options = { mailing: Mailing; change?: Change }

/** How a mailing stands, or stood at one of its changes. */
export function Progress({ mailing, change }: Options) {
  const now = change ?? mailing.changes.now
  const { state, sent, refused, left } = now
  const done = sent + refused
  // From 0 to 1.
  const progress = done / (done + left)
  return (
    <div class="mailing">
      <p>
        <span class={['status', looks[state]]}>{state}</span>
      </p>
      <label class="progress">
        <progress value={progress} aria-label="Mails done" />
        <span safe>{`${Math.floor(progress * 100)} %`}</span>
      </label>
      <dl class="figures">
        <Figure name="sent" value={String(sent)} />
        <Figure name="refused" value={String(refused)} />
        <Figure name="to go" value={String(left)} />
        <Figure name="time left" value={timeLeft(now)} />
      </dl>
      <p safe>
        {/sending|paused/.test(state) ? '' : sentenceOf(mailing)}
      </p>
    </div>
  )
}

function timeLeft({ state, timeLeft: seconds }: Change): string {
  return state === 'sending' ? inWords(seconds) : '–'
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt safe>{name}</dt>
      <dd safe>{value}</dd>
    </div>
  )
}

/** After a restart nobody here knows of it any more. */
export function Lost() {
  return (
    <p class="problem">
      This mailing is lost: it lived in memory, and the server has been
      started anew. What was sent stays sent. A queue, as in lesson 5,
      would have kept it.
    </p>
  )
}

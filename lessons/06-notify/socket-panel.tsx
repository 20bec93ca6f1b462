import type { Change } from './changes'
import type { Mailing } from './mailing'
import { Progress } from './progress'

type Options = { mailing: Mailing; change: Change }

/** How it stands, and what can be said to it now. */
export function SocketPanel({ mailing, change }: Options) {
  const { state } = change
  return (
    <>
      <Progress mailing={mailing} change={change} />
      <div class="row">
        {state === 'sending' && <Command name="pause" />}
        {state === 'paused' && <Command name="goOn" />}
        {/sending|paused/.test(state) && <Command name="cancel" />}
      </div>
    </>
  )
}

const labels = { pause: 'Pause', goOn: 'Go on', cancel: 'Cancel' }

function Command({ name }: { name: keyof typeof labels }) {
  const values = JSON.stringify({ do: name })
  return (
    <button
      type="button"
      class="plain"
      hx-ws:send
      hx-vals={values}
      safe
    >
      {labels[name]}
    </button>
  )
}

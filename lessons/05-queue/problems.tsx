import { Elysia } from 'elysia'

import { QueueUnavailableError } from '../../core/queue'

/** What a visitor can do something about, said on the page. */
export const problems = new Elysia({ name: 'problems' }).onError(
  { as: 'global' },
  ({ code, error, set }) => {
    if (code === 'VALIDATION')
      return <Problem words="We need a name and an email address." />
    if (error instanceof QueueUnavailableError) {
      set.status = 503
      return (
        <Problem words={error.isInDoubt ? inDoubt : error.message} />
      )
    }
    return undefined
  },
)

const inDoubt =
  'The queue has not answered: stored, or not? We cannot know. ' +
  'Try again: one address is one job.'

function Problem({ words }: { words: string }) {
  return (
    <span class="problem" safe>
      {words}
    </span>
  )
}

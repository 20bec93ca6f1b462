// 3. Webhook: we call a machine that the visitor names.
import { Elysia, t } from 'elysia'

import { background } from '../../core'
import { ownReceiver, resolve } from './destination'
import { find } from './mailings'
import { Lost } from './progress'
import { tell } from './webhook'

export const byWebhook = new Elysia({ name: 'by-webhook' })
  .use(background())
  .post(
    '/mailings/:id/webhook',
    async ({ backgroundTasks, body, params }) => {
      const mailing = find(params.id)
      if (!mailing) return <Lost />
      const url = URL.parse(body.url)
      if (!url) return <Problem words="That is no address." />
      try {
        await resolve(url)
      } catch (error) {
        return <Problem words={(error as Error).message} />
      }
      if (mailing.told.has(url.href))
        return <Problem words="It will be told already." />
      if (mailing.told.size === 5)
        return <Problem words="Five addresses are enough." />
      mailing.told.add(url.href)
      // A task of its own: it waits for the end, and may take long.
      backgroundTasks.addTask(tell, url.href, mailing.id)
      const words = `When it is over, we tell ${url.href}`
      return <p safe>{words}</p>
    },
    { body: t.Object({ url: t.String({ maxLength: 500 }) }) },
  )

function Problem({ words }: { words: string }) {
  return (
    <p class="problem" safe>
      {words}
    </p>
  )
}

export function Webhook({ id }: { id: string }) {
  return (
    <>
      <form
        id="webhook"
        hx-post={`/mailings/${id}/webhook`}
        hx-target="next [role=status]"
        hx-sync="queue all"
      >
        <label>
          Address
          <input name="url" type="url" value={ownReceiver} required />
        </label>
        <button type="submit">Tell this address</button>
      </form>
      <div role="status" />
      <p>
        <a href={new URL('/', ownReceiver).href}>
          What the receiver got
        </a>
      </p>
    </>
  )
}

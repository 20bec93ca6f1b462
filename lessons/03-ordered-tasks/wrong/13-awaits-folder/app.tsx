import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../../../core'
import { Page, pages, serve } from '../../../page'
import * as tasks from './tasks'

const signup = t.Object({
  username: t.String({ pattern: '^\\w+$' }),
  email: t.String({ format: 'email' }),
})

export const app = new Elysia()
  .use(background())
  .use(pages)
  .get('/', () => (
    <Page lesson={3} title="Sign up">
      <form method="post" action="/signup">
        <label>
          Name <input name="username" pattern="\w+" required />
        </label>
        <label>
          Email <input name="email" type="email" required />
        </label>
        <button type="submit">Sign up</button>
      </form>
    </Page>
  ))
  .post(
    '/signup',
    async ({ background: runner, backgroundTasks, body }) => {
      const { email, username } = body
      runner.addTask(tasks.notifyAdmin, username)
      await tasks.createFolder(username)
      backgroundTasks.addTask(tasks.sendWelcomeEmail, email, username)
      return <Page title="Signup successful!">Welcome.</Page>
    },
    { body: signup },
  )

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) start()

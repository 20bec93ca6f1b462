import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { Page, pages, serve } from '../page'
import * as tasks from './tasks'
import { remember, SignupForm, TaskList, Tasks } from './views'

const signup = t.Object({
  username: t.String({ pattern: '\\S', maxLength: 40 }),
  email: t.String({ format: 'email', maxLength: 254 }),
})

export const app = new Elysia()
  .use(
    background({
      onError: ({ error, task }) =>
        console.error(`${task.name} failed. ${tasks.inWords(error)}`),
    }),
  )
  // The status stays 422; the page says what we need.
  .onError(({ code }) =>
    code === 'VALIDATION' ? <SignupForm isUnusable /> : undefined,
  )
  .use(pages)
  .get('/', () => <SignupForm />)
  .post(
    '/signup',
    ({ backgroundTasks, body: { email, username } }) => {
      remember(
        backgroundTasks.addTask(tasks.sendWelcomeEmail, email),
        // Second in line: if the first one fails, it never starts.
        backgroundTasks.addTask(tasks.notifyAdmin, username),
      )
      return (
        <Page title="Signup successful!">
          <p safe>{`Welcome, ${username}. No email held you up.`}</p>
          <p>
            <a href="/">Sign up somebody else</a>
          </p>
          <Tasks />
        </Page>
      )
    },
    { body: signup },
  )
  .get('/tasks', () => <TaskList />)

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

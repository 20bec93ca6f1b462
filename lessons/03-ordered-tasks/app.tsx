import { Elysia, t } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { Page, pages, serve } from '../page'
import { SignupForm, ToInbox } from './signup-form'
import { remember, TaskList, Tasks } from './task-list'
import * as tasks from './tasks'

const signup = t.Object({
  username: t.String({ pattern: '\\S', maxLength: 40 }),
  email: t.String({ format: 'email', maxLength: 254 }),
})

export const app = new Elysia()
  .use(
    background({
      onError: ({ error, task }) =>
        console.error(`${task.name} failed:`, error),
    }),
  )
  // The status stays 422; the page says what we need.
  .onError(({ body, code }) =>
    code === 'VALIDATION' ? (
      <SignupForm typed={body ?? {}} />
    ) : undefined,
  )
  .use(pages)
  .get('/', () => <SignupForm />)
  .get('/signup', () => <SignupForm />) // its address, opened again
  .post(
    '/signup',
    ({ backgroundTasks, body: { email, username } }) => {
      remember(
        backgroundTasks.addTask(tasks.sendWelcomeEmail, email),
        // Second in line: if the first one fails, it never starts.
        backgroundTasks.addTask(tasks.notifyAdmin, username),
      )
      return (
        <Page lesson={3} title="Signup successful!">
          <p safe>{`Welcome, ${username}.`}</p>
          <p>
            <a href="/">Sign up somebody else</a>
          </p>
          <ToInbox />
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

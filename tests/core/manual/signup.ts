import { background } from 'bun-background-tasks'
import { Elysia } from 'elysia'

import { notifyAdmin, sendWelcomeEmail } from './tasks'

export const app = new Elysia().use(background()).post('/signup', ({ backgroundTasks }) => {
  backgroundTasks.addTask(sendWelcomeEmail, 'ada@example.org') // runs when the visitor has the page
  backgroundTasks.addTask(notifyAdmin, 'ada') // runs second; not at all if the first fails
  return 'Signup successful!'
})
if (import.meta.main) app.listen(3000)

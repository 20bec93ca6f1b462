import { background, stopOnSignals } from 'bun-background-tasks'
import { consume, queue } from 'bun-background-tasks/queue'
import { Elysia } from 'elysia'

import * as tasks from './tasks'

const jobs = queue<typeof tasks>('mail')
const consumer = await consume('mail', tasks)

const app = new Elysia()
  .use(background())
  .post('/signup', async () => {
    await jobs.sendWelcomeEmail('ada@example.org') // stored, then answered
    return 'Signup successful!'
  })
  .listen(Bun.env.PORT ?? 3000)

// Ctrl-C waits for tasks. This one waits for the jobs that run.
app.onStop(() => void app.decorator.background.addTask(() => consumer.close()))
stopOnSignals(app)

import { Elysia } from 'elysia'

import { background } from '../../core'
import { stopBroker } from './broker'
import { kill, victim } from './presence'

/** What a crash does, at the press of a button. */
export const harm = new Elysia({ name: 'harm' })
  .use(background())
  .post('/kill', ({ backgroundTasks }) => {
    const consumer = victim()
    if (!consumer) return <>There is none to kill.</>
    // When the answer has left: it may be this very process.
    backgroundTasks.addTask(kill, consumer)
    return <span safe>{`kill -9 ${consumer.pid}`}</span>
  })
  .post('/stop', async () => <span safe>{await stopBroker()}</span>)

import { Elysia } from 'elysia'

import { background } from '../../core'
import { stopBroker } from './broker'
import { consumers, kill } from './presence'

/** What a crash does, at the press of a button. */
export const harm = new Elysia({ name: 'harm' })
  .use(background())
  .post('/kill', ({ backgroundTasks }) => {
    const [pid] = consumers()
    if (pid === undefined) return <>There is none to kill.</>
    // When the answer has left: it may be this very process.
    backgroundTasks.addTask(kill, pid)
    return <>kill -9 {pid}</>
  })
  .post('/stop', async () => <span safe>{await stopBroker()}</span>)

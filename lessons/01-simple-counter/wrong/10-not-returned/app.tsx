import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../../../core'
import { Page, pages, serve } from '../../../page'

async function counter(loops: number) {
  for (let i = 0; i < loops; i++) {
    console.log(i)
    await Bun.sleep(i * 1000)
  }
}

function sayDone() {
  console.log('done')
}

export const app = new Elysia()
  .use(background()) // every handler gets backgroundTasks
  .use(pages)
  .get('/', async ({ backgroundTasks }) => {
    backgroundTasks.addTask(() => {
      counter(4)
    })
    backgroundTasks.addTask(sayDone)
    return <Answer />
  })

function Answer() {
  return (
    <Page lesson={1} title="Counting">
      <p>The terminal shows 0, 1, 2, 3, done.</p>
    </Page>
  )
}

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app)
}

if (import.meta.main) start()

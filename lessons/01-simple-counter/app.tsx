import { Elysia } from 'elysia'

import { background, stopOnSignals } from '../../core'
import { Page, pages, serve } from '../page'

// A task is a function like any other: nothing marks it.
export async function counter(loops: number) {
  for (let i = 0; i < loops; i++) {
    console.log(i)
    await Bun.sleep(i * 1000)
  }
}

export const app = new Elysia()
  .use(background()) // every handler gets backgroundTasks
  .use(pages)
  .get('/', ({ backgroundTasks }) => {
    // Not called here: it runs when the page has left.
    backgroundTasks.addTask(counter, 5)
    return (
      <Page lesson={1} title="Simple Background Task Example">
        <p>
          This page has added a task: a counter that prints 0 to 4 in
          the terminal. How far is it now?
        </p>
        <p class="quiet">Reload the page to start one more.</p>
      </Page>
    )
  })

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

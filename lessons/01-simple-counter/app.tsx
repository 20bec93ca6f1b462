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

// It is async, and has no await.
export async function block() {
  Bun.sleepSync(1000)
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
        <h2>A task that blocks</h2>
        <p>
          <button hx-post="/block" hx-target="#visitors">
            Block for one second
          </button>
        </p>
        <div id="visitors" aria-live="polite" />
      </Page>
    )
  })
  .post('/block', ({ backgroundTasks }) => {
    backgroundTasks.addTask(block)
    return <Visitors />
  })
  .get('/next', () => <span class="status done">answered</span>)

function Visitors() {
  return (
    <ul class="list">
      <li>
        <span>Who pressed</span>
        <span class="status done">answered</span>
      </li>
      <li>
        <span>The next visitor</span>
        {/* Asks as soon as this answer is on the page. */}
        <span hx-get="/next" hx-trigger="load" hx-swap="outerHTML">
          <span class="status waiting">waiting</span>
        </span>
      </li>
    </ul>
  )
}

export function start() {
  serve(app, 'PORT', 3000)
  stopOnSignals(app) // Ctrl-C: no new visitors, tasks may finish
}

if (import.meta.main) start()

/** The guide to an app of a learner's own: what it prints, and its lanes. */
import { Elysia } from 'elysia'

import { contentSecurityPolicy, pages } from '../../page'
import type { Run } from '../control'
import { elsewhere } from '../ports'
import { commandLine } from '../program'
import type { Presentation } from '../run'
import { connectedTo, htmxConfig } from './connected'
import { files } from './files'
import { guidePort, listen } from './listen'
import { inBatches } from './stream'
import { streams } from './streams'

/** Presents an app; `name` is that of its file. */
export function presentOwn(name: string) {
  return async (running: Run): Promise<Presentation> => {
    const port = guidePort()
    if (typeof port === 'string') return without(port)
    const ending = new AbortController()
    const app = ownGuide(running, name, ending.signal)
    const problem = listen(app, port, () => elsewhere(commandLine('watch', name)))
    if (problem) return without(problem)
    return {
      address: `http://127.0.0.1:${port}`,
      [Symbol.asyncDispose]: async () => {
        ending.abort()
        await app.server?.stop(true)
      },
    }
  }
}

function without(why: string): Presentation {
  return { trouble: `No guide: ${why}`, [Symbol.asyncDispose]: async () => {} }
}

function ownGuide(running: Run, name: string, signal: AbortSignal) {
  const { recorder } = running
  const run = Bun.randomUUIDv7()
  return new Elysia()
    .use(pages)
    .onRequest(({ set }) => {
      set.headers['content-security-policy'] = contentSecurityPolicy({
        'frame-ancestors': "'none'",
      })
      set.headers['referrer-policy'] = 'no-referrer'
    })
    .get('/', ({ query }) => (
      <OwnPage running={running} name={name} run={run} tab={query.tab ?? 'lanes'} />
    ))
    .get('/state', () => <State running={running} />)
    .use(
      streams({
        recorder,
        signal,
        run,
        tell: (send, end) => {
          void follow()

          async function follow(): Promise<void> {
            for await (const batch of inBatches(recorder.events(0, end)))
              if (batch.some(({ type }) => type === 'process')) send({ event: 'state', data: '' })
          }
        },
      }),
    )
    .use(files)
}

type PageOptions = { running: Run; name: string; run: string; tab: string }

function OwnPage({ running, name, run, tab }: PageOptions) {
  const isTerminal = tab === 'terminal'
  const width = Math.max(0, ...running.processes().map((process) => process.name.length))
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${name} · lanes`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/guide.css" />
        <link rel="stylesheet" href="/lanes.css" />
        {/* Not deferred: it begins when its extension is there, too. */}
        <script src="/htmx.js" />
        {['htmx-sse', 'tabs', 'live', 'terminal'].map((script) => (
          <script src={`/${script}.js`} defer />
        ))}
        <script src="/lanes.js" type="module" />
      </head>
      <body class="own" data-only={isTerminal ? 'terminal' : 'lanes'} data-run={run}>
        <header>
          <h1 safe>{name}</h1>
          <div class="state" hx-get="/state" hx-trigger="state from:body" hx-swap="innerMorph">
            <State running={running} />
          </div>
        </header>
        <main {...connectedTo('/live')}>
          <nav class="all-tabs" aria-label="Parts of the page">
            <Tab id="terminal" title="Terminal" isCurrent={isTerminal} />
            <Tab id="lanes" title="Lanes" isCurrent={!isTerminal} />
          </nav>
          <div class="panels">
            <section
              id="terminal"
              class={['panel', 'right', 'front', 'main', 'alone', isTerminal && 'only']}
              aria-labelledby="terminal-title"
            >
              <div class="head">
                <h2 id="terminal-title">Terminal</h2>
              </div>
              <pre
                id="printed"
                class="body"
                role="log"
                aria-live="off"
                aria-labelledby="terminal-title"
                tabindex="0"
                data-width={width}
              />
            </section>
          </div>
          <section id="lanes" aria-label="Lanes" {...connectedTo('/events')} />
        </main>
      </body>
    </html>
  )
}

function Tab({ id, title, isCurrent }: { id: string; title: string; isCurrent: boolean }) {
  return (
    <a href={`?tab=${id}`} data-tab={id} aria-current={isCurrent ? 'true' : undefined} safe>
      {title}
    </a>
  )
}

function State({ running }: { running: Run }) {
  const isReady = running.processes().every(({ state }) => state === 'ready')
  return (
    <>
      <b class={isReady ? 'good' : 'busy'}>{isReady ? '● running' : '◌ starting'}</b>
      {running
        .processes()
        .flatMap(({ url }) => url ?? [])
        .map((url) => (
          <a href={Bun.escapeHTML(url)} target="_blank" rel="noopener">
            the app
          </a>
        ))}
    </>
  )
}

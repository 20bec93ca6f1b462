/**
 * What the lessons share: one layout for their pages, htmx and a stylesheet served from this machine, a guard before
 * all of it, errors that are pages too, and one way to listen.
 */
import { html, type PropsWithChildren } from '@elysiajs/html'
import { type AnyElysia, Elysia } from 'elysia'
import htmxEvents from 'htmx.org/dist/ext/hx-sse.min.js' with { type: 'text' }
import htmxSocket from 'htmx.org/dist/ext/hx-ws.min.js' with { type: 'text' }
import htmx from 'htmx.org/dist/htmx.min.js' with { type: 'text' }

import gone from './gone.js' with { type: 'text' }
import { guard } from './guard'
import { portOr } from './port'
import { type LessonNumber, titles } from './titles'

import styles from './page.css' with { type: 'text' }

export { contentSecurityPolicy, guard } from './guard'

// A visitor has opened it, the server has not: an update must not close it again.
const htmxConfig = JSON.stringify({ morphIgnore: ['data-htmx-powered', 'open'] })

/** `scripts` are loaded behind htmx, in that order. */
type PageOptions = { title: string; lesson?: LessonNumber; scripts?: readonly string[] }

/** A whole page. What stands between its tags is HTML: escape what comes from people. */
export function Page({ title, lesson, scripts = [], children }: PropsWithChildren<PageOptions>) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        {/* With defer it may begin before its extensions are there. */}
        <script src="/htmx.js" defer={scripts.length === 0} />
        <script src="/gone.js" defer />
        {scripts.map((source) => (
          <script src={source} defer />
        ))}
      </head>
      <body>
        <p id="gone" role="alert" hidden>
          The server does not answer: it has stopped. What is shown here is old.
        </p>
        <main>
          {lesson && <p class="lesson" safe>{`Lesson ${lesson}: ${titles[lesson]}`}</p>}
          <h1 safe>{title}</h1>
          {children}
          {lesson && <Next after={lesson} />}
        </main>
      </body>
    </html>
  )
}

/** What to type when this page is done with: after a lesson its exercise, if nobody has said what else. */
function Next({ after }: { after: LessonNumber }) {
  return (
    <footer class="quiet">
      Next: Ctrl-C in the terminal, then{' '}
      <code safe>{Bun.env.LESSON_NEXT ?? `bun run kit work ${after}`}</code>
    </footer>
  )
}

/** Each text as a file: a page runs no script that is written into it. */
export function scriptFiles(texts: Record<string, string>) {
  const app = new Elysia({ name: 'lesson-scripts', seed: texts })
  for (const [name, text] of Object.entries(texts))
    app.get(`/${name}.js`, ({ set }) => {
      set.headers['content-type'] = 'text/javascript; charset=utf-8'
      return text
    })
  return app
}

/** Makes an app one of pages: JSX is answered as HTML, and so is whatever goes wrong. */
export const pages = new Elysia({ name: 'lesson-pages' })
  .use(guard)
  .use(html())
  .get('/page.css', ({ set }) => {
    set.headers['content-type'] = 'text/css; charset=utf-8'
    return styles
  })
  .use(scriptFiles({ htmx, 'htmx-sse': htmxEvents, 'htmx-ws': htmxSocket, gone }))
  .onError({ as: 'global' }, ({ code, error }) => {
    const [title, advice] = explain(code)
    if (title === broken) console.error(error)
    return (
      <Page title={title}>
        <p safe>{advice}</p>
        <p>
          <a href="/">Back to the first page</a>
        </p>
      </Page>
    )
  })

const broken = 'Something broke here'

function explain(code: string | number): [title: string, advice: string] {
  switch (code) {
    case 'NOT_FOUND':
      return ['No such page', 'There is nothing at this address.']
    case 'VALIDATION':
      return ['That cannot be used', 'Something in it is missing, or is not what we ask for.']
    case 'PARSE':
      return ['That cannot be read', 'What was sent is not what a form sends.']
    default:
      return [broken, 'The terminal says what.']
  }
}

/** Listens on this machine only, on the port that the environment names or on the usual one. */
export function serve(app: AnyElysia, variable: string, usualPort: number): void {
  const port = portFrom(variable, usualPort)
  try {
    app.listen({ hostname: '127.0.0.1', port, reusePort: false })
  } catch (error) {
    cannotListen(error, variable, port)
  }
  console.log(`Ready at http://127.0.0.1:${port}`)
}

/** The port that an environment variable names, or the usual one. */
export function portFrom(variable: string, usualPort: number): number {
  const port = portOr(variable, usualPort)
  return typeof port === 'number' ? port : giveUp(port)
}

/** Says that a port is not to be had and which command takes another one, then exits. */
export function cannotListen(error: unknown, variable: string, port: number): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
  const problem = code === 'EACCES' ? 'is not ours to take' : 'is in use already'
  // Not the next one: that may be another of ours.
  const another = port < 65_435 && port >= 1024 ? port + 100 : 8000
  const command = Bun.env.LESSON_COMMAND ?? `bun ${Bun.main.replace(`${process.cwd()}/`, '')}`
  giveUp(`Port ${port} ${problem}. Choose another: ${variable}=${another} ${command}`)
}

function giveUp(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

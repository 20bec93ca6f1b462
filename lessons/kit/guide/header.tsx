/** The head of the guide: the lessons, what the last check said, and whether the lesson runs. */
import { lessons } from '../../index'
import { pagesOf } from './app-panel'
import { CheckLine } from './check-panel'
import type { View } from './view'

export function Header({ view }: { view: View }) {
  const { lesson, live, exercise } = view
  return (
    <header>
      <b class="name">Background tasks</b>
      <nav class="lessons" aria-label="Lessons">
        <ol>
          {lessons.map(({ number, title }) => (
            <li>
              {number === lesson.number ? (
                <a href={`/lesson/${number}`} aria-current="page">
                  {number}
                  <span safe>{`. ${title}`}</span>
                </a>
              ) : (
                <a
                  href={`/lesson/${number}`}
                  aria-label={`Lesson ${number}: ${Bun.escapeHTML(title)}`}
                >
                  {number}
                </a>
              )}
            </li>
          ))}
        </ol>
      </nav>
      {exercise ? (
        <p
          class="check"
          role="status"
          hx-get="/exercise/line"
          hx-trigger="check from:body"
          hx-swap="innerMorph"
        >
          <CheckLine view={view} />
        </p>
      ) : null}
      {live ? (
        <div class="state" hx-get="/state" hx-trigger="state from:body" hx-swap="innerMorph">
          <State view={live} />
        </div>
      ) : (
        <p class="state">
          To read. <a href="/">To the lesson that runs</a>
        </p>
      )}
    </header>
  )
}

export function State({ view: { running, watch } }: { view: NonNullable<View['live']> }) {
  const processes = running.processes()
  const gone = processes.filter(({ state }) => state === 'stopped' || state === 'ended')
  const isStarting = processes.some(({ state }) => state === 'starting')
  return (
    <>
      {gone.length > 0 ? (
        <b class="bad" safe>{`✗ ${gone.map(({ name }) => saySince(name, watch)).join(', ')}`}</b>
      ) : (
        <b class={isStarting ? 'busy' : 'good'}>{isStarting ? '◌ starting' : '● running'}</b>
      )}
      {pagesOf(running).map(({ name, page = name, url = '' }) => (
        <a
          href={Bun.escapeHTML(url)}
          target="_blank"
          rel="noopener"
          title={Bun.escapeHTML(page)}
          safe
        >
          {page.replace(/^the /, '')}
        </a>
      ))}
    </>
  )
}

function saySince(name: string, watch: { goneSince: Map<string, number> }): string {
  const since = watch.goneSince.get(name)
  const clock = since === undefined ? '' : ` since ${new Date(since).toLocaleTimeString('en-GB')}`
  return `${name} not running${clock}`
}

/** The lesson as a visitor has it, in a frame, and what makes it fail. */
import type { ProcessState } from '../control'
import type { LessonRun } from '../run'
import type { View } from './view'

export function AppTools({ live }: View) {
  return (
    <div id="controls" hx-get="/controls" hx-trigger="state from:body" hx-swap="innerMorph">
      {live ? <Controls view={live} /> : null}
    </div>
  )
}

/** The page of a button is told of what became of it: it does not wait. */
export function Controls({ view: { running, watch } }: { view: NonNullable<View['live']> }) {
  return (
    <>
      <button
        type="button"
        hx-post="/restart"
        hx-target="#controls"
        hx-swap="innerMorph"
        hx-sync="drop"
      >
        Restart lesson
      </button>
      {running.failures().map(({ label, isOn }, index) => (
        <button
          type="button"
          class="harm"
          hx-post={`/failures/${index}`}
          hx-target="#controls"
          hx-swap="innerMorph"
          hx-sync="queue all"
          aria-pressed={isOn ? 'true' : 'false'}
          safe
        >
          {label}
        </button>
      ))}
      <span class="bad" role="alert" safe>
        {watch.trouble}
      </span>
    </>
  )
}

export function AppBody({ live }: View) {
  if (!live) return <div />
  const { running, watch } = live
  const [first, ...others] = pagesOf(running)
  if (!first) return <p class="body">This lesson has no page.</p>
  const readySince = watch.readySince.get(first.name)
  return (
    <div class="app">
      {others.length > 0 && (
        <nav class="pages" aria-label="Pages of the lesson">
          {[first, ...others].map(({ name, page = name, url = '' }) => (
            <a
              href={Bun.escapeHTML(url)}
              target="app"
              data-process={Bun.escapeHTML(name)}
              aria-current={name === first.name ? 'true' : undefined}
              safe
            >
              {page.replace(/^the /, '')}
            </a>
          ))}
        </nav>
      )}
      {readySince === undefined ? (
        <>
          <p class="body quiet">The app is starting.</p>
          <template>
            <Frame process={first} />
          </template>
        </>
      ) : (
        <Frame process={first} since={readySince} />
      )}
    </div>
  )
}

/** What a lesson's page may do in its frame. A link to a second tab opens one that is as free as any other. */
const sandbox = [
  'allow-scripts',
  'allow-forms',
  'allow-same-origin', // without it, a lesson's guard takes its page for a stranger
  'allow-popups',
  'allow-popups-to-escape-sandbox',
].join(' ')

function Frame({ process: { name, url = '' }, since }: { process: ProcessState; since?: number }) {
  return (
    <iframe
      name="app"
      title="The running lesson"
      loading="lazy" // a visit is an event: none before somebody sees the page
      sandbox={sandbox}
      referrerpolicy="no-referrer"
      src={Bun.escapeHTML(url)}
      data-process={Bun.escapeHTML(name)}
      data-since={since}
    />
  )
}

/** The processes that have a page, the app first. */
export function pagesOf(running: LessonRun): ProcessState[] {
  return running
    .processes()
    .filter(({ page, url }) => page && url)
    .toReversed()
}

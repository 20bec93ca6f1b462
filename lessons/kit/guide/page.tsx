/** A page of the guide, for the lesson that runs or for another one. */
import { connectedTo, htmxConfig } from './connected'
import { Header } from './header'
import { AllTabs, onlyOne, Panels } from './panels'
import type { View } from './view'

/** `run` names this run of the program: a page that was open before belongs to another one. */
export function GuidePage({ view, run }: { view: View; run: string }) {
  const { lesson, live, exercise, isPresented } = view
  const title = `${lesson.number}. ${lesson.title}`
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${title} · guide`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/guide.css" />
        {live ? <link rel="stylesheet" href="/lanes.css" /> : null}
        {/* Not deferred: it begins when its extension is there, too. */}
        <script src="/htmx.js" />
        {[
          ...(live ? ['htmx-sse'] : []),
          'tabs',
          'code',
          ...(live ? ['live', 'terminal', 'frame'] : []),
          ...(exercise ? ['work'] : []),
          'prediction',
        ].map((name) => (
          <script src={`/${name}.js`} defer />
        ))}
        {live ? <script src="/lanes.js" type="module" /> : null}
      </head>
      <body
        class={isPresented ? 'present' : undefined}
        data-only={onlyOne(view)}
        data-run={live && run}
        data-check={exercise?.progress.state}
      >
        <Header view={view} />
        <main {...(live && connectedTo('/live'))}>
          <h1 class="unseen" safe>{`Guide to lesson ${title}`}</h1>
          {/* On a projector they are above: the keys, too, come to them first. */}
          {live && isPresented ? <Lanes isPresented /> : null}
          <AllTabs view={view} />
          <Panels view={view} />
          {live ? (
            <a id="last" href="?tab=lanes" data-tab="lanes" hidden>
              <b /> <span class="quiet" /> <b class="said" /> <span>Lanes ▸</span>
            </a>
          ) : null}
          {live && !isPresented ? <Lanes /> : null}
        </main>
      </body>
    </html>
  )
}

function Lanes({ isPresented = false }: { isPresented?: boolean }) {
  return (
    <section
      id="lanes"
      aria-label="Lanes"
      {...connectedTo('/events')}
      data-present={isPresented ? '' : undefined}
    />
  )
}

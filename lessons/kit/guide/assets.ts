/** What the pages of the guide load: scripts and styles, put into the program as text. */
import htmxEvents from 'htmx.org/dist/ext/hx-sse.min.js' with { type: 'text' }
import htmx from 'htmx.org/dist/htmx.min.js' with { type: 'text' }

import code from './browser/code.js' with { type: 'text' }
import frame from './browser/frame.js' with { type: 'text' }
import live from './browser/live.js' with { type: 'text' }
import prediction from './browser/prediction.js' with { type: 'text' }
import tabs from './browser/tabs.js' with { type: 'text' }
import terminal from './browser/terminal.js' with { type: 'text' }
import work from './browser/work.js' with { type: 'text' }

import pageStyles from '../../page.css' with { type: 'text' }
import lanesStyles from '../lanes/browser/lanes.css' with { type: 'text' }
import styles from './browser/guide.css' with { type: 'text' }

/** Its colours are those of the lessons' pages. */
const colours = /:root \{[^}]*\}/.exec(pageStyles)?.[0] ?? ''

/** By the path that each is asked for at. */
export const assets: Record<string, { type: string; text: string }> = {
  '/guide.css': { type: 'text/css', text: `${colours}\n${styles}` },
  '/lanes.css': { type: 'text/css', text: lanesStyles },
  ...scripts({
    'htmx.js': htmx,
    'htmx-sse.js': htmxEvents,
    'code.js': code,
    'frame.js': frame,
    'live.js': live,
    'prediction.js': prediction,
    'tabs.js': tabs,
    'terminal.js': terminal,
    'work.js': work,
  }),
}

function scripts(texts: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`/${name}`, { type: 'text/javascript', text }]),
  )
}

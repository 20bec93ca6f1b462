import htmxEvents from 'htmx.org/dist/ext/hx-sse.min.js' with { type: 'text' }
import htmx from 'htmx.org/dist/htmx.min.js' with { type: 'text' }

import { lanesScript } from '../../../lessons/kit/guide/lanes-script'
import type { LaneEvent } from '../../../lessons/kit/lanes/events'
import { stories } from './scenes'
import { beginning } from './story'

import lanesCss from '../../../lessons/kit/lanes/browser/lanes.css' with { type: 'text' }
/** A page with nothing but lanes, that tells a story: for tests, and to look at (`bun tests/kit/lanes/page.ts`). */
import pageCss from '../../../lessons/page.css' with { type: 'text' }

const script = await lanesScript()
const styles = `${/:root \{[^}]*\}/.exec(pageCss)?.[0]}\nbody { margin: 0 } [hidden] { display: none !important }\n${lanesCss}`

/** `?scene=` a story's number, `&present` for a projector; `/events` tells it so that its end is now, and what comes later. */
export class LanesPage implements AsyncDisposable {
  private readonly readers = new Set<ReadableStreamDefaultController<string>>()
  private readonly server: ReturnType<typeof Bun.serve>

  constructor(port = 0) {
    this.server = Bun.serve({
      hostname: '127.0.0.1',
      port,
      idleTimeout: 0,
      routes: {
        '/': ({ url }) => {
          const query = new URL(url).searchParams
          const present = query.has('present') ? ' data-present' : ''
          const events = `/events?scene=${Number(query.get('scene') ?? 4)}`
          return page(
            `<section id="lanes" aria-label="Lanes" hx-sse:connect="${events}" hx-swap="none"${present}></section>`,
          )
        },
        '/htmx.js': () => scriptFile(htmx + htmxEvents),
        '/lanes.js': () => scriptFile(script),
        '/lanes.css': () => new Response(styles, { headers: { 'content-type': 'text/css' } }),
        '/events': ({ url }) => this.stream(Number(new URL(url).searchParams.get('scene'))),
      },
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/`
  }

  /** Tells all who look what happens now. */
  tell(events: readonly LaneEvent[]): void {
    for (const reader of this.readers) reader.enqueue(messageOf(events))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true)
  }

  private stream(index: number): Response {
    const story = stories[index]
    if (!story) return new Response('No such story', { status: 404 })
    const told = movedTo(story.events(), Date.now() - beginning - story.end)
    let own: ReadableStreamDefaultController<string>
    const stream = new ReadableStream<string>({
      start: (controller) => {
        own = controller
        controller.enqueue(messageOf(told))
        this.readers.add(controller)
      },
      cancel: () => void this.readers.delete(own),
    })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
  }
}

function messageOf(events: readonly LaneEvent[]): string {
  return `event: lanes\nid: ${events.at(-1)?.n}\ndata: ${JSON.stringify(events)}\n\n`
}

function scriptFile(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/javascript' } })
}

function movedTo(events: readonly LaneEvent[], shift: number): LaneEvent[] {
  return events.map((event) =>
    'at' in event
      ? { ...event, at: event.at + shift }
      : { ...event, from: event.from + shift, to: event.to + shift },
  )
}

function page(body: string): Response {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lanes</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/lanes.css"><link rel="stylesheet" href="/lanes.css"><script src="/htmx.js"></script><script src="/lanes.js" type="module"></script><main>${body}</main></html>`
  return new Response(text, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'self'",
    },
  })
}

if (import.meta.main) console.log(`Lanes at ${new LanesPage(Number(process.env.PORT ?? 4200)).url}`)

/**
 * Who may talk to a lesson, and what its pages may do. A lesson listens on this machine only, and yet every page that
 * is open in the browser can send requests here: a foreign one gets no answer, and changes nothing.
 */
import { Elysia } from 'elysia'

const ownNames = ['127.0.0.1', 'localhost', '[::1]']
const harmless = ['GET', 'HEAD', 'OPTIONS']

/** For every server of a lesson: refuses what is foreign, before any route has seen it. */
export const guard = new Elysia({ name: 'lesson-guard' }).onRequest(({ request, server, set }) => {
  set.headers['content-security-policy'] = contentSecurityPolicy()
  set.headers['x-content-type-options'] = 'nosniff'
  // Without a server it is `app.handle()` that asks: nothing has come over a wire.
  const host = request.headers.get('host') ?? (server ? '' : 'localhost')
  if (!isOwnHost(host, server?.port)) {
    set.status = 421
    return `This server answers at 127.0.0.1 and localhost only, not at ${JSON.stringify(host)}.\n`
  }
  if (!isHarmless(request) && isFromElsewhere(request.headers, host)) {
    set.status = 403
    return 'Only a page of this server may change something here.\n'
  }
  return undefined
})

/** What a page may load: what this server sends and nothing else. `more` is for a page that is not ours. */
export function contentSecurityPolicy(more: Record<string, string> = {}): string {
  const policy = {
    'default-src': "'self'",
    'img-src': "'self' data:",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': guideOrigin(),
    ...more,
  }
  return Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; ')
}

/** Who may show our pages inside its own: nobody, or the origin that the environment names. */
function guideOrigin(): string {
  const origin = URL.parse(Bun.env.GUIDE_ORIGIN ?? '')?.origin
  return origin && origin !== 'null' ? origin : "'none'"
}

/** A name that leads here by a foreign DNS entry is not ours, whatever address it stands for. */
function isOwnHost(host: string, port: number | undefined): boolean {
  const [, name = '', ownPort = '80'] = /^(.*?)(?::(\d+))?$/.exec(host.toLowerCase()) ?? []
  return ownNames.includes(name) && (port === undefined || Number(ownPort) === port)
}

/** A WebSocket begins as a GET, and no rule of the browser keeps a foreign page from opening one. */
function isHarmless({ method, headers }: Request): boolean {
  return harmless.includes(method) && !headers.has('upgrade')
}

/** A browser says where a request comes from. A program like curl says nothing, and has no visitor to be misused. */
function isFromElsewhere(headers: Headers, host: string): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  return (
    (origin !== null && origin !== `http://${host.toLowerCase()}`) ||
    (site !== null && site !== 'same-origin' && site !== 'none')
  )
}

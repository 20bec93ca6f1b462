/** The server of `kit share`. It has a page and the files that are offered; it reads, and answers who only reads. */
import { sumsFile } from '../targets'
import { isUnchanged, type Offer } from './offers'
import { contentSecurityPolicy, sharePage } from './page'
import { rangeOf } from './range'

export type Sharing = {
  offers: readonly Offer[]
  address: string
  port: number
  /** Told of each download as it begins. */
  onDownload?: (file: string, visitor: string) => void
}

/** Listens at that address only. Throws if the port is taken. */
export function serveOffers({ offers, address, port, onDownload }: Sharing): Bun.Server<undefined> {
  const byPath = new Map(offers.map((offer) => [`/${offer.target.file}`, offer]))
  const sums = offers.map(({ sum, target }) => `${sum}  ${target.file}\n`).join('')
  return Bun.serve({
    hostname: address,
    port,
    reusePort: false,
    // Seconds. A visitor in the last row may be slow.
    idleTimeout: 255,
    // Nobody sends us anything.
    maxRequestBodySize: 0,
    development: false,
    error: () => text('Something went wrong.\n', 500),
    async fetch(request, server) {
      const { host, pathname } = new URL(request.url)
      const own = server.url.host
      if (host !== own) return text(`This server answers at ${own} only.\n`, 421)
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return text('Only GET and HEAD are answered.\n', 405, { allow: 'GET, HEAD' })
      if (pathname === '/') {
        const userAgent = request.headers.get('user-agent') ?? ''
        const page = await sharePage(offers, userAgent, `http://${own}`)
        return text(page, 200, { 'content-type': 'text/html; charset=utf-8' })
      }
      if (pathname === `/${sumsFile}`) return text(sums)
      // Compared with the few names that there are: no path is ever made of what a visitor has sent.
      const offer = byPath.get(pathname)
      if (!offer) return text('There is nothing of that name.\n', 404)
      if (request.method === 'GET')
        onDownload?.(offer.target.file, server.requestIP(request)?.address ?? 'somebody')
      return download(offer, request.headers)
    },
  })
}

function download(offer: Offer, asked: Headers): Response {
  if (!isUnchanged(offer))
    return text(`${offer.target.file} has changed since kit share began.\n`, 503)
  const etag = `"${offer.sum}"`
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${offer.target.file}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    etag,
  }
  const file = Bun.file(offer.path)
  const isSame = (asked.get('if-range') ?? etag) === etag
  const range = isSame ? rangeOf(asked.get('range'), offer.size) : 'all'
  if (range === 'all') return new Response(file, { headers: { ...common, ...headers } })
  if (range === 'none')
    return text('There is nothing there.\n', 416, { 'content-range': `bytes */${offer.size}` })
  const { start, end } = range
  return new Response(file.slice(start, end), {
    status: 206,
    headers: {
      ...common,
      ...headers,
      'content-range': `bytes ${start}-${end - 1}/${offer.size}`,
    },
  })
}

const common = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
}

function text(body: string, status = 200, more: Record<string, string> = {}): Response {
  const headers = { ...common, 'content-type': 'text/plain; charset=utf-8', ...more }
  return new Response(body, { status, headers })
}

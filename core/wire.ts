/**
 * Tells when a response has left. Elysia's `onAfterResponse` runs when the handler has returned; at that time a large
 * body, a file or a stream is still on its way, and a task that blocks would hold it up.
 *
 * Bun knows: `server.requestIP(request)` answers null once a request is done with (sent in full, or the client gone).
 * It costs 20 ns, and any server can be asked about any request. On a unix socket it is always null, and without a
 * server of Bun's (`app.handle` in a test) there is nothing to wait for: there, "handler returned" is all there is.
 */
export type RequestProbe = { requestIP(request: Request): unknown }

/** How often, in milliseconds, an unfinished response is looked at: often at first, seldom for a long download. */
const shortestWait = 1
const longestWait = 32

export class Wire {
  private probe: RequestProbe | undefined = undefined
  private sending = new Map<Request, () => void>()
  private wait = shortestWait

  connect(server: RequestProbe): void {
    this.probe = server
  }

  /** Whether any of the response to `request` is still to be sent. */
  isOpen(request: Request): boolean {
    return this.probe !== undefined && this.probe.requestIP(request) !== null
  }

  /** Calls `whenSent` as soon as the response to `request` has left. */
  whenSent(request: Request, whenSent: () => void): void {
    if (this.sending.size === 0) setTimeout(this.look, shortestWait)
    this.wait = shortestWait
    this.sending.set(request, whenSent)
  }

  private look = (): void => {
    for (const [request, whenSent] of this.sending) {
      if (this.isOpen(request)) continue
      this.sending.delete(request)
      whenSent()
    }
    this.wait = Math.min(this.wait * 2, longestWait)
    if (this.sending.size > 0) setTimeout(this.look, this.wait)
  }
}

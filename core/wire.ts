/**
 * From the answer to the last byte: what tells when a response has left.
 *
 * Elysia's `onAfterResponse` says that the handler has answered. A large body, a file or a stream is still on its way
 * then, and a task that blocks would hold it up. Bun knows the rest: `server.requestIP(request)` answers null once a
 * request is done with (sent in full, or the client gone). Where it has left, the answer takes 20 ns; where it has not,
 * two microseconds. Any server can be asked about any request. On a unix socket it is always null, and without a server
 * of Bun's (`app.handle` in a test) there is nothing to ask: there, "handler returned" is all there is.
 */
export type RequestProbe = {
  requestIP(request: Request): unknown
}

/** Milliseconds until an unfinished response is looked at again: soon at first, seldom for a long download. */
const shortestWait = 1
const longestWait = 250

export class Wire {
  private probe: RequestProbe | undefined = undefined

  /** Asks `server` from now on. */
  connect(server: RequestProbe): void {
    this.probe = server
  }

  /** Whether any of the response to `request` is still to be sent. */
  isOpen(request: Request): boolean {
    try {
      return this.probe !== undefined && this.probe.requestIP(request) !== null
    } catch {
      return false // a proxy of a request is none of the server's
    }
  }

  /** Calls `sent` as soon as the response to `request` has left, or its time on the way is over. */
  whenSent(request: Request, milliseconds: number, sent: () => void, wait = shortestWait): void {
    setTimeout(() => {
      if (milliseconds <= wait || !this.isOpen(request)) sent()
      else this.whenSent(request, milliseconds - wait, sent, Math.min(wait * 1.5, longestWait))
    }, wait)
  }
}

/**
 * Tells when a response has left. Where the handler has returned, a large body, a file or a stream is still on its way,
 * and a task that blocks would hold it up.
 *
 * Bun knows: `server.requestIP(request)` answers null once a request is done with (sent in full, or the client gone).
 * Where it has left, the answer takes 20 ns; where it has not, two microseconds. Any server can be asked about any
 * request. On a unix socket it is always null, and without a server of Bun's (`app.handle` in a test) there is nothing to
 * wait for: there, "handler returned" is all there is.
 */
export type RequestProbe = {
  requestIP(request: Request): unknown
}

/** Milliseconds until an unfinished response is looked at again: soon at first, seldom for a long download. */
const shortestWait = 1
const longestWait = 250

export class Wire {
  private probe: RequestProbe | undefined = undefined

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

  /** Calls `whenSent` as soon as the response to `request` has left. */
  whenSent(request: Request, whenSent: () => void, wait = shortestWait): void {
    setTimeout(() => {
      if (!this.isOpen(request)) whenSent()
      else this.whenSent(request, whenSent, Math.min(wait * 1.5, longestWait))
    }, wait)
  }
}

/** What can go wrong with background tasks: errors that carry what they are about, and how they are printed. */

/** The one class to catch for everything that this library throws on purpose. */
export class BackgroundError extends Error {
  override name = 'BackgroundError'
}

/** A task was still running when the deadline came. */
export class BackgroundAbortedError extends BackgroundError {
  override name = 'BackgroundAbortedError'

  constructor(readonly milliseconds: number) {
    super(
      `Still running ${milliseconds} ms after the shutdown began. Give drain() or stop() a longer deadline, or make the task shorter.`,
    )
  }
}

/** A list of tasks was not taken. Thrown through a handler, it answers 503 with Retry-After. */
export class BackgroundRefusedError extends BackgroundError {
  override name = 'BackgroundRefusedError'
  readonly status = 503
  readonly code = 'BACKGROUND_REFUSED'

  constructor(
    readonly reason: 'full' | 'draining',
    readonly capacity: number,
  ) {
    super(
      reason === 'full'
        ? `The background runner is full: ${capacity} lists of tasks are waiting or running. Answer 503 and let the client retry, or raise background({ capacity }).`
        : 'The background runner takes no new tasks: it is draining for a shutdown.',
    )
  }

  /** Elysia answers with this when the error leaves a handler. */
  toResponse(): Response {
    return new Response('Busy. Try again in a moment.', {
      status: this.status,
      headers: { 'Retry-After': '1' },
    })
  }
}

/** Prints an error where nobody has said what else to do with it. */
export function log(what: string, thrown: unknown): void {
  try {
    console.error(`[background] ${what}`, thrown)
  } catch {
    // Its toString or a getter threw.
    console.error(`[background] ${what}`, 'something that cannot be printed')
  }
}

/** What can go wrong with background tasks: errors that carry what they are about, and how they are printed. */

/** The one class to catch for everything that this library throws on purpose. */
export class BackgroundError extends Error {
  override name = 'BackgroundError'
}

/** A task threw `error`. */
export class BackgroundTaskError<
  Task extends { readonly name: string } = {
    readonly name: string
    readonly args: readonly unknown[]
  },
> extends BackgroundError {
  override name = 'BackgroundTaskError'

  constructor(
    readonly error: unknown,
    readonly task: Task,
  ) {
    super(`Background task failed: ${task.name}`, { cause: error })
  }
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

/**
 * A list of tasks was not taken. Thrown through a handler, it answers 503 with Retry-After; where the app's own onError
 * answers in its place, that header is for onError to set.
 */
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

type Called = { readonly name: string; readonly args: readonly unknown[] }

/** Prints what a drain had to give up, by name and arguments. True if that was nothing. */
export function logUnfinished({
  aborted,
  neverStarted,
}: {
  aborted: readonly Called[]
  neverStarted: readonly Called[]
}): boolean {
  for (const task of aborted) console.error(`Not finished: ${call(task)}`)
  for (const task of neverStarted) console.error(`Never started: ${call(task)}`)
  return aborted.length + neverStarted.length === 0
}

/** A task as it would be called, on one line. */
function call({ name, args }: Called): string {
  const line = args.map(print).join(', ').replaceAll(/\s+/g, ' ')
  return `${name}(${line.length > longestLine ? `${line.slice(0, longestLine)}…` : line})`
}

function print(argument: unknown): string {
  try {
    return Bun.inspect(argument, { compact: true, depth: 2 })
  } catch {
    return '?' // its inspection threw
  }
}

const longestLine = 200

/** Tells an error handler of a failure, which must not vanish behind what the handler throws. Never rejects. */
export async function tellHandler<Failure extends { readonly error: unknown }>(
  handler: (failure: Failure) => unknown,
  failure: Failure,
): Promise<void> {
  try {
    await handler(failure)
  } catch (thrown) {
    keepCause(thrown, failure.error)
    log('Error handler failed:', thrown)
  }
}

function keepCause(thrown: unknown, cause: unknown): void {
  try {
    if (thrown instanceof Error) thrown.cause ??= cause
  } catch {
    // Frozen, or a getter: what was thrown is logged as it is.
  }
}

// Bun.env, because the bundler writes process.env.NODE_ENV into a binary when it is built.
export const isDevelopment = Bun.env.NODE_ENV !== 'production'

/** A task that holds the event loop for so many milliseconds is noticed by a visitor. */
const noticeable = 50

const alreadyNamed = new WeakSet<object>()

/**
 * For development: says once for each function that it held the event loop. The time is that from its call to its first
 * `await`: nothing else can run in it, so the blame is certain.
 */
export function warnOfBlocking(task: { name: string; func: object }, milliseconds: number): void {
  if (milliseconds < noticeable || alreadyNamed.has(task.func)) return
  alreadyNamed.add(task.func)
  console.warn(
    `[background] ${task.name} held the event loop for ${Math.round(milliseconds)} ms, and nobody else was served meanwhile. ` +
      `If it waits, use its async form (await Bun.sleep, fetch, Bun.file); if it computes, move it to a worker.`,
  )
}

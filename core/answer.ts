/**
 * What a request was answered, whoever did it: the handler, an error, a `derive` that returned a status. It is what the
 * app's `fetch` returned, so no hook of Elysia's has to tell, and none is slowed down by it.
 */

/** What is known of one answer. */
export class Answer {
  private state: 'given' | 'failed' = 'given'
  private promise: Promise<unknown> | undefined = undefined

  /** A promise while it is not given. */
  look(): Promise<unknown> | 'given' | 'failed' {
    if (!this.promise) return this.state
    const status = Bun.peek.status(this.promise)
    if (status === 'pending') return this.promise
    return status === 'fulfilled' ? 'given' : 'failed'
  }

  become(answer: unknown): void {
    if (answer instanceof Promise) this.promise = answer
  }

  fail(): void {
    this.state = 'failed'
  }
}

type Fetch = (request: Request) => unknown

/** That of the request which is being looked at: an app begins with it before anybody else has a turn. */
let current: Answer | undefined

/** Where the body came first, the request carries its answer. A WeakMap would cost more than a task. */
const key = Symbol('answer')

/** For Elysia's `wrap`. */
export function rememberAnswer(fetch: Fetch): Fetch {
  return function remember(request: Request): unknown {
    const answer = new Answer()
    const outer = current
    current = answer
    try {
      const given = fetch(request)
      answer.become(given)
      if (given instanceof Promise) Reflect.set(request, key, answer)
      return given
    } catch (error) {
      answer.fail()
      throw error
    } finally {
      current = outer
    }
  }
}

/** The answer to come; undefined where nothing will be known, because the app has `aot: false`. */
export function answerTo(request: Request & { [key]?: Answer }): Answer | undefined {
  return current ?? request[key]
}

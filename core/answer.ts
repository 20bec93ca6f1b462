/**
 * What a request was answered, whoever did it: the handler, an error, a `derive` that returned a status. It is what the
 * app's `fetch` returned, so no hook of Elysia's has to tell, and none is slowed down by it.
 */

/** A request carries its answer: a WeakMap would cost more than a task. */
const key = Symbol('answer')

type Fetch = (request: Request) => unknown
type Carrier = { [key]?: unknown }

/** For Elysia's `wrap`. What `fetch` returned can be asked for by `answerTo` from then on. */
export function rememberAnswer(fetch: Fetch): Fetch {
  return function remember(request: Request & Carrier): unknown {
    try {
      const answer = fetch(request)
      request[key] = answer instanceof Promise ? answer : 'given'
      return answer
    } catch (error) {
      request[key] = 'failed'
      throw error
    }
  }
}

/** A promise while it is not given; undefined where nothing is known, because the app has `aot: false`. */
export function answerTo(
  request: Request & Carrier,
): Promise<unknown> | 'given' | 'failed' | undefined {
  const answer = request[key]
  if (!(answer instanceof Promise)) return answer as 'given' | 'failed' | undefined
  const status = Bun.peek.status(answer)
  if (status === 'pending') return answer
  return status === 'fulfilled' ? 'given' : 'failed'
}

/**
 * What Elysia leaves in the context of a request, and what it says: whether something was thrown, with which code it was
 * answered, whether the answer may take for ever to send.
 */
import { StatusMap } from 'elysia'

/** What a list asks of the context of its request. */
export type RequestContext = {
  readonly request: Request
  readonly set: { readonly status?: unknown }
  readonly status: unknown
  readonly error?: unknown
  response?: unknown
}

/** The status code of the answer, however the handler has said it. */
export function codeOf({ response, set: { status } }: RequestContext): number {
  if (response instanceof Response) return response.status
  if (typeof status === 'string') return StatusMap[status as keyof typeof StatusMap] ?? 200
  return typeof status === 'number' ? status : 200
}

/** Whether the app has `aot: false`: there, `error` is another name of `status` until something is thrown. */
export function isDynamic({ error, status }: RequestContext): boolean {
  return error === status
}

/**
 * Elysia puts `code` and `error` into a context where something is thrown. Either alone may be the app's own: an
 * `error: null` from a resolve, a `code` from a login.
 */
export function wasThrown(context: RequestContext): boolean {
  const { error } = context
  return error !== undefined && error !== null && !isDynamic(context) && 'code' in context
}

/** What may take for ever to send. Of a Response nobody can tell. */
export function isStream(value: unknown): boolean {
  return isIterator(value) || value instanceof ReadableStream || value instanceof Response
}

type AnyIterator = { next: (...args: unknown[]) => unknown }

export function isIterator(value: unknown): value is AnyIterator {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    typeof value.next === 'function'
  )
}

export function whenFirstStepFails(iterator: AnyIterator, failed: () => void): void {
  const { next } = iterator
  iterator.next = (...args) => {
    iterator.next = next
    try {
      const step = next.apply(iterator, args)
      if (step instanceof Promise) void step.catch(failed)
      return step
    } catch (thrown) {
      failed()
      throw thrown
    }
  }
}

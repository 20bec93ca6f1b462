import { Elysia } from 'elysia'

let cutting = new AbortController()

/** Aborts when somebody cuts all connections that are open now. */
export function cutSignal(): AbortSignal {
  return cutting.signal
}

/** A bad cable, at the press of a button. */
export const cut = new Elysia({ name: 'cut' }).post('/cut', () => {
  cutting.abort()
  cutting = new AbortController()
  return 'All connections are cut.'
})

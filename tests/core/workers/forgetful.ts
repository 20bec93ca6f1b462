/** A worker that forgets to serve. */
export const nothing = null

/** A worker whose module does not come to its end. The timer keeps it alive. */
export const timer = setInterval(() => {}, 60_000)

await new Promise(() => {})

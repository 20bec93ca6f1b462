/** What a machine may lack. Tests that need it say so and are skipped; in CI nothing is. */

/** Where Chromium is, under any of its names. */
export function chromium(): string | undefined {
  return first(process.env.CHROMIUM_PATH, 'chromium', 'chromium-browser', 'google-chrome')
}

export function redisServer(): string | undefined {
  return first(process.env.REDIS_SERVER_PATH, 'redis-server', 'valkey-server')
}

function first(configured: string | undefined, ...names: string[]): string | undefined {
  if (configured) return configured
  for (const name of names) {
    const path = Bun.which(name)
    if (path) return path
  }
  return undefined
}

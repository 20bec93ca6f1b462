/** The port that an environment variable names, or the usual one; or a sentence about what it names instead. */
export function portOr(variable: string, usualPort: number): number | string {
  const given = Bun.env[variable]
  const port = Number(given ?? usualPort)
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : `${variable} must be a port from 1 to 65535, got ${Bun.inspect(given)}.`
}

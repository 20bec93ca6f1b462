/** Options are checked where they are given; the message says what was expected and what came. */

export function requireFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw new TypeError(`${name} must be a function, got ${Bun.inspect(value)}.`)
}

export function requireOneOf(name: string, value: unknown, allowed: unknown[]): void {
  if (!allowed.includes(value))
    throw new TypeError(
      `${name} must be one of ${Bun.inspect(allowed)}, got ${Bun.inspect(value)}.`,
    )
}

export function requireCount(name: string, value: number): void {
  if (value !== Infinity && !(Number.isInteger(value) && value > 0))
    throw new TypeError(
      `${name} must be a whole number from 1 up, or Infinity, got ${Bun.inspect(value)}.`,
    )
}

export function requireMilliseconds(name: string, value: number): void {
  if (!(typeof value === 'number' && value >= 0))
    throw new TypeError(`${name} must be milliseconds from 0 up, got ${Bun.inspect(value)}.`)
}

/** Options, checked where they are given: the message says what was expected, what came, and what to write. */

/** A timer with more milliseconds than this fires at once. */
export const longestTimer = 2 ** 31 - 1

/**
 * Refuses what is no object of options, and every name that is not among `known`, with the nearest one that is.
 *
 * @example requireOptions('background()', options, ['onError', 'capacity'])
 */
export function requireOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${where} takes an object of options, got ${Bun.inspect(options)}.`)
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const [nearest] = known.toSorted((one, other) => distance(name, one) - distance(name, other))
    const isNear = nearest !== undefined && distance(name, nearest) <= Math.ceil(name.length / 2)
    throw new TypeError(
      `${where} has no option ${name}. ${isNear ? `Did you mean ${nearest}? ` : ''}It has: ${known.join(', ')}.`,
    )
  }
}

export function requireFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw new TypeError(`${name} must be a function, got ${Bun.inspect(value)}.`)
}

export function requireOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value))
    throw new TypeError(
      `${name} must be one of ${Bun.inspect(allowed)}, got ${Bun.inspect(value)}.`,
    )
}

/** A whole number from 1 up. */
export function requireCount(name: string, value: unknown): void {
  if (!isCount(value))
    throw new TypeError(`${name} must be a whole number from 1 up, got ${Bun.inspect(value)}.`)
}

/** A count, or Infinity for no limit. */
export function requireLimit(name: string, value: unknown): void {
  if (value !== Infinity && !isCount(value))
    throw new TypeError(
      `${name} must be a whole number from 1 up, or Infinity, got ${Bun.inspect(value)}.`,
    )
}

/** Milliseconds from 0 up; Infinity is for ever. */
export function requireMilliseconds(name: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0))
    throw new TypeError(`${name} must be milliseconds from 0 up, got ${Bun.inspect(value)}.`)
}

/** Whole and finite milliseconds from `least` to `most`, for what is written down, or counted again and again. */
export function requireWholeMilliseconds(
  name: string,
  value: unknown,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): void {
  if (!(Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most))
    throw new TypeError(
      `${name} must be whole milliseconds from ${least} up, got ${Bun.inspect(value)}.`,
    )
}

/** Resolves when `work` has ended, well or badly, or `milliseconds` have passed. Never rejects. */
export async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: deadline, resolve } = Promise.withResolvers<void>()
  const timer = milliseconds <= longestTimer ? setTimeout(resolve, milliseconds) : undefined
  await Promise.race([Promise.allSettled([work]), deadline])
  clearTimeout(timer)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0
}

/** How many letters to add, to drop or to change, to make one word of another (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 0; line < from.length; line++) {
    const next = [line + 1]
    for (let column = 1; column <= to.length; column++)
      next[column] = Math.min(
        next[column - 1]! + 1,
        row[column]! + 1,
        row[column - 1]! + (from[line] === to[column - 1] ? 0 : 1),
      )
    row = next
  }
  return row[to.length]!
}

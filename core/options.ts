/** Options, checked where they are given; the message says what was expected and what came. */
import type { BackgroundTask } from './task'

export type RunnerOptions = {
  /** Told of every failure. Without it, failures are logged. What it throws is logged and stops nothing. */
  onError?: ((event: { error: unknown; task: BackgroundTask }) => unknown) | undefined
  /** Whether a failure stops the tasks behind it in the same list. Default: 'halt'. */
  onFailure?: 'halt' | 'continue' | undefined
  /** How many lists run at once. Default: 1,000. */
  concurrency?: number | undefined
  /** How many lists are held, running or not; past it, addTask throws a BackgroundRefusedError. Default: 100,000. */
  capacity?: number | undefined
}

export function checkRunnerOptions({
  onError,
  onFailure,
  concurrency,
  capacity,
}: Required<RunnerOptions>): void {
  requireFunction('onError', onError)
  requireOneOf('onFailure', onFailure, ['halt', 'continue'])
  requireCount('concurrency', concurrency)
  requireCount('capacity', capacity)
}

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

export function requireCount(name: string, value: unknown): void {
  if (value !== Infinity && !(Number.isInteger(value) && Number(value) > 0))
    throw new TypeError(
      `${name} must be a whole number from 1 up, or Infinity, got ${Bun.inspect(value)}.`,
    )
}

export function requireMilliseconds(name: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0))
    throw new TypeError(`${name} must be milliseconds from 0 up, got ${Bun.inspect(value)}.`)
}

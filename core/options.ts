/** Options, checked where they are given; the message says what was expected and what came. */
import type { BackgroundTask } from './task'

export type RunnerOptions = {
  /** Told of every failure. Without it, failures are logged. What it throws is logged and stops nothing. */
  onError?: ((event: { error: unknown; task: BackgroundTask }) => unknown) | undefined
  /** Whether a failure stops the tasks behind it in the same list. Default: 'halt'. */
  onFailure?: 'halt' | 'continue'
  /** How many lists run at once. Default: 1,000. */
  concurrency?: number
  /** How many lists are held, running or not; past it, addTask throws a BackgroundRefusedError. Default: 100,000. */
  capacity?: number
}

export function checkRunnerOptions(options: Required<RunnerOptions>): void {
  requireFunction('onError', options.onError)
  requireOneOf('onFailure', options.onFailure, ['halt', 'continue'])
  requireCount('concurrency', options.concurrency)
  requireCount('capacity', options.capacity)
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

/** How a job is written down, which any program that shares the queue may read, and write. */
import type { Json } from './json'

export type Payload = {
  /** The arguments, or their JSON text. */
  readonly args: readonly Json[] | string
  /** In milliseconds. */
  readonly timeout?: number
}

/** The arguments in a payload; undefined if it is not one of ours. */
export function argsOf(payload: unknown): readonly Json[] | undefined {
  if (typeof payload !== 'object' || payload === null || !('args' in payload)) return undefined
  const { args } = payload
  if (typeof args !== 'string') return Array.isArray(args) ? args : undefined
  try {
    const parsed: unknown = JSON.parse(args)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export function timeoutOf(payload: unknown): number | undefined {
  if (typeof payload !== 'object' || payload === null || !('timeout' in payload)) return undefined
  return typeof payload.timeout === 'number' ? payload.timeout : undefined
}

/** Engines and their dashboards count progress in per cent. */
export const toPercent = (progress: number): number => progress * 100

export const fromPercent = (percent: unknown): number =>
  typeof percent === 'number' ? percent / 100 : 0

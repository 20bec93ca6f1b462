/** What a group of the benchmark hands to the report. */
import type { Figure, Run } from './measure'

export type Unit = 'a second' | 'milliseconds' | 'microseconds' | 'nanoseconds' | 'times' | 'bytes'

export type Table = {
  readonly title?: string
  readonly columns: readonly (readonly [title: string, unit: Unit])[]
  readonly rows: readonly (readonly [subject: string, ...figures: (Figure | undefined)[]])[]
}

/** A figure that was promised: at least so much, or at most. */
export type Bound = {
  readonly what: string
  readonly figure: Figure
  readonly unit: Unit
  readonly least?: number
  readonly most?: number
  /** Further than the bound: what we would like to reach. */
  readonly aim?: number
  /** Said where the bound is not held. */
  readonly why?: string
}

export type Section = {
  readonly method: string
  readonly tables: readonly Table[]
  readonly bounds: readonly Bound[]
  /** Who could not be measured here, and why. */
  readonly leftOut: readonly string[]
}

export type Group = {
  readonly name: string
  readonly title: string
  measure(run: Run): Promise<Section>
}

/** A group that is left out as a whole. */
export function without(why: string): Section {
  return { method: '', tables: [], bounds: [], leftOut: [why] }
}

export function isHeld({ figure: { median }, least = -Infinity, most = Infinity }: Bound): boolean {
  return median >= least && median <= most
}

/**
 * Where a time stands. One scale everywhere: only stretches in which nothing at all runs are folded away, and after a
 * second of that the picture stands still.
 */
import type { Scene, Span } from '../scene'
import { idleAfter, lastEndOf } from './activity'
import { leastRoom, type Sizes } from './view'

export type TimeFold = { x: number; width: number; from: number; to: number }

export type Timeline = {
  scale: number
  /** Where time begins, right of the names. */
  left: number
  /** Where `end` is: the newest time that is drawn. */
  right: number
  end: number
  /** What is drawn, from left to right; between two of them is a fold. */
  parts: (Span & { x: number })[]
  folds: TimeFold[]
  at: (time: number) => number
}

const leastFold = 110
const mostFold = 480

/**
 * How long the picture flows when nothing happens any more, in milliseconds: a second, and less where a second is so wide
 * that what happened last would leave the view.
 */
export function flowsFor(zoom: number): number {
  return Math.min(idleAfter, zoom / 4)
}

/** The newest time that is drawn: soon after the last end, the picture stands still. */
export function standsAt(scene: Scene, now: number, zoom: number): number {
  return Math.min(now, (lastEndOf(scene, now) ?? now) + flowsFor(zoom))
}

/** Pixels for a millisecond, with `zoom` milliseconds from the left to now. */
export function scaleOf(width: number, zoom: number, { gutter, font }: Sizes): number {
  return Math.max(100, width - gutter - 10 - (leastRoom * font) / 13) / zoom
}

export type TimelineOptions = {
  width: number
  sizes: Sizes
  zoom: number
  stretches: readonly Span[]
  end: number
  right: number
  /** How far the labels of a stretch reach beyond its end, in pixels. */
  reach: (stretch: Span, scale: number) => number
}

export function timelineOf(options: TimelineOptions): Timeline {
  const { width, sizes, zoom, end, right, stretches, reach } = options
  const left = sizes.gutter + 10
  const scale = scaleOf(width, zoom, sizes)
  const before = Math.min(400, 16 / scale)
  const after = Math.min(500, 24 / scale)

  // From the right to the left, as far as one can see.
  let from = end
  let x = right
  const parts: Timeline['parts'] = []
  const folds: TimeFold[] = []
  let to = end
  for (let index = stretches.length - 1; index > 0 && x > left; index--) {
    const [stretch, previous] = [stretches[index], stretches[index - 1]]
    if (!stretch || !previous) break
    const hidden = { from: previous.to + after, to: stretch.from - before }
    const wide = Math.min(
      mostFold,
      Math.max(leastFold, reach(previous, scale) - after * scale + 34),
    )
    // Where a fold would be longer than what it hides, it would only be in the way.
    if ((hidden.to - hidden.from) * scale <= wide) continue
    x -= (from - hidden.to) * scale
    parts.unshift({ from: hidden.to, to, x })
    x -= wide
    folds.unshift({ x, width: wide, ...hidden })
    from = hidden.from
    to = hidden.from
  }
  const rest = Math.max(0, x - left) / scale
  parts.unshift({ from: from - rest, to, x: x - rest * scale })
  return { scale, left, right, end, parts, folds, at: (time) => xOf(time, parts, scale) }
}

function xOf(time: number, parts: Timeline['parts'], scale: number): number {
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index]
    if (!part || (time < part.from && index > 0)) continue
    const isLast = index === parts.length - 1
    return part.x + (isLast ? time - part.from : Math.min(time, part.to) - part.from) * scale
  }
  return 0
}

const steps = [1, 2, 5].flatMap((digit) =>
  [1, 10, 100, 1_000, 10_000, 100_000].map((ten) => digit * ten),
)

/** The distance of two figures on the axis: 1, 2 or 5, at least `apart` pixels. */
export function stepOf(scale: number, apart: number): number {
  return steps.sort((one, other) => one - other).find((step) => step * scale >= apart) ?? 600_000
}

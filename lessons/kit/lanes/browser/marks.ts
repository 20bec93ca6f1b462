/** Small marks that more than one lane has. */
import type { SceneRequest } from '../scene'
import type { Bar, BarState, Disc, Kind, Label, Layer, LineKind, Part } from './picture'
import type { Timeline } from './time'
import { labelGap, type Sizes } from './view'

/** What every lane gets to draw into. */
export type Canvas = {
  layer: Layer
  kinds: Set<Kind>
  sizes: Sizes
  time: Timeline
  width: number
  /** What labels lie on, where it is not a block of its own. */
  ground: 'block' | 'card'
}

type BarOf = {
  key: string
  state: BarState
  from: number
  to: number | undefined
  y: number
  height: number
}

/** A bar from its begin to its end, cut at the left of the view. */
export function barOf(
  { time, sizes, kinds, width }: Canvas,
  { key, state, from, to, y, height }: BarOf,
): Bar {
  const isOpen = to === undefined
  const start = time.at(from)
  const length =
    state === 'skipped' ? sizes.skipped : (to === undefined ? time.right : time.at(to)) - start
  const isShort = state !== 'skipped' && length < sizes.least
  const isCut = start < time.left && state !== 'skipped'
  const x = state === 'skipped' ? start : Math.max(start, Math.min(time.left, start + length))
  const end = Math.min(width, start + Math.max(sizes.least, length))
  kinds.add(state)
  if (isShort) kinds.add('short')
  return {
    key,
    state,
    from,
    to: to ?? time.end,
    x,
    y,
    width: Math.max(0, end - x),
    height,
    isCut,
    isOpen,
    isShort,
  }
}

/** Where the label of a bar begins: right of the end of its bar, or of what can be seen of it. */
export function afterBar({ x, width }: Bar): number {
  return x + width + labelGap
}

export function isSeen({ left }: Timeline, { x, width, state }: Bar): boolean {
  return state === 'skipped' ? x >= left : x + width > left && width > 0
}

export function drawLine(
  layer: Layer,
  kind: LineKind,
  x1: number,
  y1: number,
  x2 = x1,
  y2 = y1,
): void {
  layer.lines.push({ kind, x1, y1, x2, y2 })
}

/** The dotted line of what waits, where it is long enough to be seen. */
export function drawWait(
  { layer, kinds, time }: Canvas,
  from: number,
  to: number,
  y: number,
): void {
  if (to - from <= 6 || to - 1 <= time.left) return
  kinds.add('wait')
  drawLine(layer, 'wait', Math.max(time.left, from + 2), y, to - 1)
}

/** Served right after a hole: it may have come at any time within. */
export function drawTail(
  { layer, kinds, time }: Canvas,
  { at, waited }: SceneRequest,
  y: number,
): void {
  if (waited === undefined) return
  const [from, to] = [Math.max(time.left, time.at(at - waited)), time.at(at)]
  if (to <= from) return
  kinds.add('tail')
  drawLine(layer, 'tail', from, y, to, y)
}

export function nameLane(
  { layer, sizes }: Canvas,
  text: string,
  y: number,
  weight: Part['weight'] = 400,
): void {
  const x = sizes.font > 16 ? 24 : 16
  const width = sizes.gutter - x
  layer.names.push({ x, y, width, size: sizes.font, parts: [{ text, tone: 'quiet', weight }] })
}

/** The line on which letters stand in a row that begins at `y`. */
export function baseline({ row, font }: Sizes, y: number): number {
  return y + row / 2 + font * 0.36
}

/** Whether a label is neither cut by the names at the left nor by the end of the picture. */
export function fits(
  { time, width }: Canvas,
  { x, width: length }: Pick<Label, 'x' | 'width'>,
): boolean {
  return x >= time.left - 4 && x + length <= width
}

/** A number on a mark, in the middle of a row that begins at `y`. */
export function discOf(x: number, y: number, number: number, { font, row }: Sizes): Disc {
  return { x, y: y + row / 2, radius: font * 0.66, number }
}

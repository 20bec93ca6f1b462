/** The lane of event loops: a beat while they turn, a hole where they do not. */
import type { SceneLoop, Span } from '../scene'
import { inMilliseconds, shortName } from '../words'
import { merge } from './activity'
import { type Canvas, fits, nameLane } from './marks'
import { type Box, boxOf, type Label, type Layer, type Part } from './picture'
import { widthOf } from './rows'
import type { View } from './view'

/** In milliseconds: a process that is there tells more often that it beats. */
const unheard = 400

export function drawLoops(
  canvas: Canvas,
  loops: readonly SceneLoop[],
  view: View,
  top: number,
): number {
  let y = top
  for (const loop of loops) {
    const name = loops.length === 1 ? 'Event loop' : `Loop of ${shortName(loop.process, 10)}`
    nameLane(canvas, name, y + canvas.sizes.beat / 2 + 3 + canvas.sizes.font * 0.36, 600)
    drawBeat(canvas, loop, y + 3)
    drawHoles(canvas, loop, view, y + 3)
    y += canvas.sizes.beat + 6
  }
  return y
}

/** A comb while it turns; only its line through a fold, so that folded does not look blocked. */
export function drawBeat({ layer, kinds, sizes, time }: Canvas, loop: SceneLoop, y: number): void {
  const height = sizes.beat
  // A short hole may be folded away with the quiet time around it.
  const lived = merge([...loop.alive, ...loop.holes], unheard)
  const every = 25 * Math.max(1, Math.ceil(4 / (25 * time.scale)))
  for (const span of loop.alive.flatMap((alive) => without(alive, loop.holes))) {
    for (const part of time.parts) {
      const [from, to] = [Math.max(span.from, part.from), Math.min(span.to, part.to)]
      const [x1, x2] = [Math.max(time.left, time.at(from)), time.at(to)]
      if (to <= from || x2 <= time.left) continue
      const ticks: number[] = []
      for (let beat = Math.ceil(from / every) * every; beat <= to; beat += every)
        if (time.at(beat) >= time.left) ticks.push(time.at(beat))
      layer.combs.push({ x1, x2, y, height, ticks })
      kinds.add('beat')
    }
  }
  for (const { from, to, x, width } of time.folds)
    if (x + width > time.left && lived.some((span) => span.from <= from && span.to >= to))
      layer.combs.push({ x1: Math.max(time.left, x), x2: x + width, y, height, ticks: [] })
  // It tells only now and then that it beats: until then it need not look dead.
  const last = loop.alive.at(-1)
  const isHeard = last && loop.ended === undefined && time.end - last.to < unheard
  if (isHeard && time.end > last.to && !loop.holes.some(({ to }) => to > last.to))
    layer.combs.push({
      x1: Math.max(time.left, time.at(last.to)),
      x2: time.right,
      y,
      height,
      ticks: [],
    })
}

function without({ from, to }: Span, holes: readonly Span[]): Span[] {
  const spans: Span[] = []
  let start = from
  for (const hole of holes) {
    if (hole.to <= start || hole.from >= to) continue
    if (hole.from > start) spans.push({ from: start, to: hole.from })
    start = Math.max(start, hole.to)
  }
  return start < to ? [...spans, { from: start, to }] : spans
}

/** A framed box where no beat was, and how long that took: right of it if it does not fit in. */
export function drawHoles(
  canvas: Canvas,
  { holes }: SceneLoop,
  view: View,
  y: number,
  within: Span = { from: -Infinity, to: Infinity },
): void {
  const { layer, kinds, sizes, time } = canvas
  let free = time.left
  holes.forEach((hole, index) => {
    const x = Math.max(time.left, time.at(Math.max(hole.from, within.from)))
    const width = time.at(Math.min(hole.to, within.to)) - x
    if (width <= 0 || hole.from >= time.end) return
    kinds.add('hole')
    const box = { x, y: y - 1, width, height: sizes.beat + 2 }
    layer.holes.push(box)
    const next = holes[index + 1]
    const room = next ? time.at(next.from) - 4 : canvas.width
    const label = labelsOfHole(hole, box, view, canvas.ground).find((one) => {
      const { x: from, width: length } = boxOf(one)
      return (
        from >= free &&
        from + length <= (one.isCentred ? x + width : room) &&
        fits(canvas, boxOf(one))
      )
    })
    if (!label) return
    layer.labels.push(label)
    free = boxOf(label).x + label.width + 6
  })
}

/** All words in the box, else all of them behind it, else only the figure in the box. */
function labelsOfHole({ from, to }: Span, box: Box, view: View, ground: Canvas['ground']): Label[] {
  const { sizes } = view
  const took = inMilliseconds(to - from)
  const label = (text: string, isIn: boolean): Label[] => {
    const parts: Part[] = [{ text, tone: 'busy', weight: 700 }]
    const width = widthOf(parts, view)
    const place = { y: box.y + box.height / 2 + sizes.font * 0.36, width, size: sizes.font, parts }
    if (!isIn) return [{ ...place, x: box.x + box.width + 6, ground }]
    return width + 8 < box.width ? [{ ...place, x: box.x + box.width / 2, isCentred: true }] : []
  }
  return [
    ...label(`blocked ${took}`, true),
    ...label(`blocked ${took}`, false),
    ...label(took, true),
  ]
}

/** Amber, from the event loop down through all lanes. */
export function drawCurtains(
  canvas: Canvas,
  loops: readonly SceneLoop[],
  layer: Layer,
  top: number,
): void {
  const { time } = canvas
  for (const { from, to } of loops.flatMap(({ holes }) => holes)) {
    const x = Math.max(time.left, time.at(from))
    const width = time.at(to) - x
    if (width > 0 && from < time.end)
      layer.curtains.push({ x, y: top, width, height: layer.height - top })
  }
}

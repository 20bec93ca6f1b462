/** What never scrolls: the axis, what happened to the processes, and their event loops. */
import type { Scene, SceneLoop, Span } from '../scene'
import { inMilliseconds, shortName } from '../words'
import { baseline, type Canvas, drawLine, fits, nameLane } from './marks'
import { boxOf, type Label, type Layer, type Part } from './picture'
import { stepOf } from './time'
import type { View } from './view'

/** Flags with a line through all lanes; a label only where it ends before the next flag. */
export function drawFlags(canvas: Canvas, { flags }: Scene, view: View, top: number): number {
  const { layer, sizes, time } = canvas
  if (!flags.length) return top
  nameLane(canvas, 'Events', baseline(sizes, top))
  const seen = flags.filter(({ at }) => time.at(at) >= time.left - 2)
  seen.forEach(({ at, text }, index) => {
    const x = time.at(at)
    const next = seen[index + 1]
    const parts: Part[] = [{ text: shortName(text, 40), tone: 'quiet', weight: 400 }]
    const width = widthOf(parts, view)
    const label: Label = {
      x: x + sizes.font,
      y: baseline(sizes, top),
      width,
      size: sizes.font,
      parts,
      hasHalo: true,
    }
    layer.flags.push({ x, y: top + (sizes.row - sizes.font * 0.9) / 2 })
    const room = (next ? time.at(next.at) : canvas.width) - 4
    if (fits(canvas, label) && label.x + width <= room) layer.labels.push(label)
  })
  return top + sizes.row
}

/** How far the labels of flags reach. */
export function flagEnds({ flags }: Scene, view: View): { at: number; width: number }[] {
  return flags.map(({ at, text }) => ({
    at,
    width:
      widthOf([{ text: shortName(text, 40), tone: 'quiet', weight: 400 }], view) + view.sizes.font,
  }))
}

function widthOf(parts: readonly Part[], { measure, sizes }: View): number {
  return Math.ceil(
    parts.reduce((sum, { text, weight }) => sum + measure(text, weight, sizes.font), 0),
  )
}

/** The loops of processes that do something; of the first one where nobody does. */
export function loopsOf(scene: Scene): SceneLoop[] {
  const at = new Set([
    ...scene.requests.filter(({ isPoll }) => !isPoll).map(({ process }) => process),
    ...scene.workers.map(({ process }) => process),
    ...scene.jobs.flatMap(({ runs }) => runs.map(({ process }) => process)),
  ])
  const active = scene.loops.filter(({ process, holes }) => at.has(process) || holes.length)
  return active.length ? active : scene.loops.slice(0, 1)
}

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
    for (const { from, to, x, width } of time.folds)
      if (span.from <= from && span.to >= to && x + width > time.left)
        layer.combs.push({ x1: Math.max(time.left, x), x2: x + width, y, height, ticks: [] })
  }
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
export function drawHoles(canvas: Canvas, { holes }: SceneLoop, view: View, y: number): void {
  const { layer, kinds, sizes, time } = canvas
  let free = time.left
  holes.forEach(({ from, to }, index) => {
    const x = Math.max(time.left, time.at(from))
    const width = time.at(to) - x
    if (width <= 0) return
    kinds.add('hole')
    layer.holes.push({ x, y: y - 1, width, height: sizes.beat + 2 })
    const parts: Part[] = [
      { text: `blocked ${inMilliseconds(to - from)}`, tone: 'busy', weight: 700 },
    ]
    const length = widthOf(parts, view)
    const isIn = length + 10 < width
    const next = holes[index + 1]
    const label: Label = {
      x: isIn ? x + width / 2 : x + width + 6,
      y: y + sizes.beat / 2 + sizes.font * 0.36,
      width: length,
      size: sizes.font,
      parts,
      ...(isIn ? { isCentred: true } : { ground: 'card' }),
    }
    const box = boxOf(label)
    if (box.x < free || (next && box.x + box.width > time.at(next.from) - 4) || !fits(canvas, box))
      return
    layer.labels.push(label)
    free = box.x + box.width + 6
  })
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
    if (width > 0) layer.curtains.push({ x, y: top, width, height: layer.height - top })
  }
}

/** Steps of 1, 2 or 5 from the arrival of the request that has focus; labels that would touch one before it are left out. */
export function drawAxis(canvas: Canvas, zero: number, view: View, idle: string | undefined): void {
  const { layer, sizes, time, kinds } = canvas
  const y = sizes.axis - 8 - (sizes.font > 16 ? 6 : 0)
  nameLane(canvas, 'since request', y)
  const taken: { from: number; to: number }[] = []
  const add = (text: string, x: number, tone: Part['tone'], weight: Part['weight']) => {
    const parts: Part[] = [{ text, tone, weight }]
    const width = widthOf(parts, view)
    const box = { from: x - width / 2 - 8, to: x + width / 2 + 8 }
    const isFree = !taken.some(({ from, to }) => from < box.to && box.from < to)
    if (!isFree || box.from < time.left - 24 || box.to - 8 > canvas.width) return false
    taken.push(box)
    layer.labels.push({ x, y, width, size: sizes.font, parts, isCentred: true })
    return true
  }
  const isSeen = zero > 0 && time.at(zero) >= time.left && !isFolded(canvas, zero)
  if (isSeen) add('0 ms', time.at(zero), 'ink', 700)
  const now = view.nowSays ?? idle ?? 'now'
  const half = widthOf([{ text: now, tone: 'accent', weight: 700 }], view) / 2
  if (!add(now, Math.min(time.right, canvas.width - half - 4), 'accent', 700))
    add('now', time.right, 'accent', 700)
  for (const { x, width, from, to } of time.folds) {
    if (x + width < time.left) continue
    kinds.add('fold')
    add(
      `${((to - from) / 1_000).toFixed(1)} s idle`,
      Math.max(x + width / 2 - 8, time.left + 40),
      'quiet',
      400,
    )
  }
  if (zero <= 0) return
  const step = stepOf(time.scale, (80 * sizes.font) / 13)
  for (const { from, to } of time.parts)
    for (let n = Math.ceil((from - zero) / step); n * step + zero <= to; n++) {
      const x = time.at(n * step + zero)
      if (x < time.left) continue
      drawLine(layer, n === 0 ? 'zero' : 'grid', x, sizes.axis - 4, x, layer.height)
      if (n !== 0) add(inStep(n * step, step), x, 'quiet', 400)
    }
}

function isFolded({ time }: Canvas, at: number): boolean {
  return time.folds.some(({ from, to }) => at > from && at < to)
}

function inStep(time: number, step: number): string {
  if (step < 10_000) return inMilliseconds(time)
  return `${time < 0 ? '−' : ''}${(Math.abs(time) / 1_000).toLocaleString('en')} s`
}

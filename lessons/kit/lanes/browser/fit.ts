/**
 * The request view: each request from its own zero, as the terminal draws it. Wide, the last two on one scale; narrow, each
 * on a card of its own, with its name above its bar.
 */
import { endOf, type Scene, type SceneRequest } from '../scene'
import { inMilliseconds, shortName } from '../words'
import { asOf } from './as-of'
import { drawBeat, drawCurtains, drawHoles, loopsOf } from './head-lanes'
import { afterBar, barOf, type Canvas, drawLine } from './marks'
import { drawAttempts, drawCalls, labelOfCall, labelOfJob } from './other-lanes'
import { emptyLayer, type Kind, type Layer, type Part, type Picture } from './picture'
import { discOf, drawTail } from './requests-lane'
import { fit, type Fitted, type Row, rowsOf } from './rows'
import { stepOf, type Timeline } from './time'
import type { View } from './view'

const most = 12

/** What a request is drawn on: its own clock, on a scale that it may share. */
function timelineFor(
  request: SceneRequest,
  view: View,
  left: number,
  zero: number,
  scale: number,
): Timeline {
  const end = endOf(request, view.now)
  const at = (time: number) => zero + (time - request.at) * scale
  const from = request.at - (request.waited ?? 0)
  return {
    scale,
    left,
    right: at(end),
    end,
    parts: [{ from, to: end, x: at(from) }],
    folds: [],
    at,
  }
}

/** The one with focus and the one before it, else the last two; those with tasks, if any has one. */
export function lastTwo(
  requests: readonly SceneRequest[],
  focus: string | undefined,
): SceneRequest[] {
  const all = requests.filter(({ isPoll }) => !isPoll)
  const telling = all.filter(
    ({ key, tasks, waited }) => tasks.length || waited !== undefined || key === focus,
  )
  const list = telling.length ? telling : all
  const index = list.findIndex(({ key }) => key === focus)
  return index === -1 ? list.slice(-2) : list.slice(Math.max(0, index - 1), index + 1)
}

export function compare(scene: Scene, requests: readonly SceneRequest[], view: View): Picture {
  const { sizes, width, measure } = view
  const inset = sizes.font > 16 ? 28 : 20
  const all = requests.map((request) => ({
    request,
    rows: rowsOf(request, view.now).slice(0, most),
  }))
  const nameWidth = (part: Part) => measure(part.text, part.weight, sizes.font)
  const ownName = measure('since request', 400, sizes.font) + sizes.font * 2
  const names = Math.max(
    ownName,
    ...all.flatMap(({ rows }) => rows.map(({ name }) => nameWidth(name))),
  )
  const left = inset + Math.min(width * 0.3, Math.ceil(names)) + sizes.font
  const says = (row: Row): Fitted => {
    const fitted = fit(row.said, (width - left) * 0.6, sizes.font, measure)
    return { ...fitted, width: fitted.width + (view.proofs?.has(row.key) ? sizes.font * 2 : 0) }
  }
  const waited = Math.max(0, ...requests.map((request) => request.waited ?? 0))
  /** The scale on which a label of this width fits behind a bar that ends at this time. */
  const scaleFor = (request: SceneRequest, end: number, label: number) =>
    (width - inset - left - sizes.skipped - 16 - label) / Math.max(1, end - request.at + waited)
  const scale = Math.min(
    (width - left - inset - sizes.font * 4) / Math.max(10, ...spans(requests, view)),
    ...all.flatMap(({ request, rows }) =>
      rows.map((row) => scaleFor(request, row.to ?? view.now, says(row).width)),
    ),
    ...requests.flatMap((request) =>
      callsIn(scene, request, view).map((call) =>
        scaleFor(request, call.end ?? view.now, labelOfCall(call, undefined, view).width),
      ),
    ),
  )
  const zero = left + waited * scale
  const kinds = new Set<Kind>()
  const layer = emptyLayer()
  let y = sizes.font > 16 ? 4 : 2
  for (const { request, rows } of all) {
    const time = timelineFor(request, view, left, zero, scale)
    const canvas: Canvas = { layer, kinds, sizes, time, width: width - inset, ground: 'block' }
    const top = y
    const tint = { x: 12, y, width: width - 24, height: 0 }
    layer.tints.push(tint)
    y += 4
    drawRows(canvas, request, rows, view, (row, index) => {
      const rowY = y + index * sizes.row
      const base = rowY + sizes.row / 2 + sizes.font * 0.36
      const name = fit([row.name], left - inset - sizes.font * 0.6, sizes.font, measure)
      layer.labels.push({ x: inset, y: base, size: sizes.font, ...name })
      return {
        barY: rowY + (sizes.row - sizes.bar) / 2,
        top: rowY,
        height: sizes.row,
        start: inset - 8,
        said: says(row),
        saidY: base,
      }
    })
    y += rows.length * sizes.row
    y = drawSurroundings(canvas, scene, request, view, top, y, (text, rowY) => {
      layer.names.push(
        nameAt(inset, rowY + sizes.row / 2 + sizes.font * 0.36, text, left - inset, view),
      )
      return { y: rowY, height: sizes.row }
    })
    tint.height = y + 6 - top
    y += sizes.font > 16 ? 18 : 14
  }
  layer.height = y
  const head = emptyLayer()
  head.height = sizes.axis + 4
  drawScale(head, {
    from: -waited,
    zero,
    scale,
    right: width - inset,
    y: sizes.axis - 10,
    apart: 80,
    view,
  })
  head.names.push(nameAt(inset, sizes.axis - 10, 'since request', left - inset, view))
  return { width, left, head, body: layer, scale, right: width, kinds }
}

export function card(scene: Scene, request: SceneRequest, view: View): Picture {
  const { sizes, width, measure } = view
  const [left, kinds, layer] = [12, new Set<Kind>(), emptyLayer()]
  const rows = rowsOf(request, view.now).slice(0, most)
  const waited = request.waited ?? 0
  const scale = (width - left * 2 - sizes.skipped - 4) / Math.max(10, ...spans([request], view))
  const time = timelineFor(request, view, left, left + waited * scale, scale)
  const canvas: Canvas = { layer, kinds, sizes, time, width: width - left, ground: 'card' }
  drawRows(canvas, request, rows, view, (row, index) => {
    const top = 6 + index * sizes.row
    // At the right of the first row stands how long ago it was.
    const disc = view.proofs?.has(row.key) ? sizes.font * 2 : 0
    const room = width - left * 2 - disc - (index === 0 ? sizes.font * 5.2 : 0)
    const label = fit([row.name, ...row.said], room, sizes.font, measure)
    drawLine(layer, 'base', left, top + 30, width - left)
    return {
      barY: top + 23,
      top,
      height: sizes.row - 3,
      start: 5,
      end: width - 5,
      said: { ...label, width: label.width + disc },
      saidX: left,
      saidY: top + sizes.font,
    }
  })
  const after = 6 + rows.length * sizes.row
  const y = drawSurroundings(canvas, scene, request, view, 0, after, (text, rowY) => {
    const name = fit([{ text, tone: 'quiet', weight: 400 }], width - left * 2, sizes.font, measure)
    layer.labels.push({ x: left, y: rowY + sizes.font, size: sizes.font, ground: 'card', ...name })
    return { y: rowY + sizes.font + 2, height: sizes.font + sizes.beat + 6 }
  })
  layer.height = y + sizes.font + 12
  drawScale(layer, {
    from: -waited,
    zero: time.at(request.at),
    scale,
    right: width - left,
    y: y + sizes.font + 4,
    apart: 62,
    view,
  })
  return { width, left, head: emptyLayer(), body: layer, scale, right: width, kinds }
}

function callsIn({ workers }: Scene, request: SceneRequest, { now }: View) {
  const end = endOf(request, now)
  return workers.flatMap(({ calls }) =>
    calls.filter(
      (call) => call.at < end && (call.end ?? now) > request.at && (call.end ?? now) <= end,
    ),
  )
}

function spans(requests: readonly SceneRequest[], { now }: View): number[] {
  return requests.map((request) => endOf(request, now) - request.at + (request.waited ?? 0))
}

function nameAt(x: number, y: number, text: string, width: number, { sizes }: View) {
  return { x, y, width, size: sizes.font, parts: [{ text, tone: 'quiet', weight: 400 } as const] }
}

type Place = {
  barY: number
  top: number
  height: number
  start: number
  end?: number
  said: Fitted
  saidX?: number
  saidY: number
}

function drawRows(
  canvas: Canvas,
  request: SceneRequest,
  rows: readonly Row[],
  view: View,
  place: (row: Row, index: number) => Place,
): void {
  const { layer, sizes, time } = canvas
  const placed = rows.map(place)
  const own = request.method === '' ? undefined : placed[0]
  const first = time.at(request.sent ?? request.at)
  const answered =
    request.sent === undefined ? undefined : Math.max(first, time.at(request.at) + sizes.least)
  const last = placed.at(-1)
  if (own && last && answered !== undefined && rows.length > 1 && sizes.gutter > 0)
    drawLine(layer, 'answered', answered, own.barY + sizes.bar, answered, last.barY + sizes.bar + 2)
  if (own) drawTail(canvas, request, own.barY + sizes.bar / 2)
  rows.forEach((row, index) => {
    const at = placed[index]
    if (!at) return
    const { key, state, from, to } = row
    const bar = state && barOf(canvas, { key, state, from, to, y: at.barY, height: sizes.bar })
    if (bar) layer.bars.push(bar)
    const middle = at.barY + sizes.bar / 2
    if (answered !== undefined && index > 0) {
      const until = bar ? bar.x : time.right
      if (until - answered > 6) {
        canvas.kinds.add('wait')
        drawLine(layer, 'wait', answered + 2, middle, until - 1)
      }
    }
    const stopper = row.stoppedBy === undefined ? undefined : placed[row.stoppedBy]
    if (stopper && bar) drawLine(layer, 'elbow', bar.x, stopper.barY + sizes.bar, bar.x, middle)
    const x = at.saidX ?? (bar ? afterBar(bar) : time.right + 6) + (sizes.font > 16 ? 6 : 0)
    const ground = at.saidX === undefined ? 'block' : 'card'
    layer.labels.push({
      x,
      y: at.saidY,
      size: sizes.font,
      parts: at.said.parts,
      width: at.said.width,
      ground,
    })
    const number = view.proofs?.get(key)
    if (number !== undefined)
      layer.discs.push({
        ...discOf(x + at.said.width - sizes.font * 0.75, at.saidY, number, sizes),
        y: at.saidY - sizes.font * 0.36,
      })
    const end = at.end ?? x + at.said.width + 8
    const box = { x: at.start, y: at.top + 1, width: end - at.start, height: at.height - 2 }
    layer.targets.push({ ...box, key, words: row.words, hasFocus: view.focus === key })
  })
}

/** What else there was in its time: the heartbeat, holes, workers, jobs. */
function drawSurroundings(
  canvas: Canvas,
  scene: Scene,
  request: SceneRequest,
  view: View,
  top: number,
  from: number,
  row: (name: string, y: number) => { y: number; height: number },
): number {
  const { time, layer, sizes } = canvas
  const begin = request.at - (request.waited ?? 0)
  const isIn = (at: number, end: number | undefined) => at < time.end && (end ?? Infinity) > begin
  let y = from
  // As it was at the end of the request: what goes on after that is not its own.
  const { workers, jobs } = asOf({ ...scene, requests: [], polls: [], loops: [] }, time.end)
  const then = { ...view, now: time.end }
  const loops = loopsOf(scene).filter(({ process }) => process === request.process)
  for (const loop of loops) {
    const at = row('Event loop', y)
    const beatY = at.y + (at.height - sizes.beat) / 2
    const holes = loop.holes.filter((hole) => isIn(hole.from, hole.to))
    drawBeat(canvas, { ...loop, holes }, beatY)
    const shown = holes.map((hole) => ({
      from: Math.max(hole.from, begin),
      to: Math.min(hole.to, time.end),
    }))
    drawHoles(canvas, { ...loop, holes: shown }, view, beatY)
    drawCurtains(canvas, [{ ...loop, holes: shown }], { ...layer, height: beatY }, top)
    y = at.y + at.height
  }
  for (const worker of workers) {
    const calls = worker.calls.filter(({ at, end }) => isIn(at, end))
    if (!calls.length) continue
    const at = row(worker.name, y)
    const rowY = at.y + (at.height - sizes.row) / 2
    drawCalls(canvas, { ...worker, calls }, then, rowY)
    y = at.y + at.height
  }
  for (const job of jobs.filter((one) => one.at >= request.at && one.at <= time.end).slice(0, 6)) {
    const { parts } = labelOfJob(job, then)
    const at = row(shortName(parts.map(({ text }) => text).join(''), 24), y)
    drawAttempts(
      canvas,
      { ...job, runs: job.runs.filter((run) => isIn(run.at, run.end)) },
      at.y + (at.height - sizes.row) / 2,
    )
    y = at.y + at.height
  }
  return y
}

type ScaleOf = {
  from: number
  zero: number
  scale: number
  right: number
  y: number
  apart: number
  view: View
}

function drawScale(layer: Layer, { from, zero, scale, right, y, apart, view }: ScaleOf): void {
  const { sizes, measure } = view
  const names = 28 + measure('since request', 400, sizes.font)
  const step = stepOf(scale, (apart * sizes.font) / 13 + 10)
  for (let n = Math.ceil(from / step); zero + n * step * scale <= right; n++) {
    const x = zero + n * step * scale
    const parts: Part[] = [
      {
        text: n === 0 && sizes.gutter === 0 ? '0' : inMilliseconds(n * step),
        tone: n ? 'quiet' : 'ink',
        weight: n ? 400 : 700,
      },
    ]
    const width = Math.ceil(measure(parts[0]?.text ?? '', n ? 400 : 700, sizes.font))
    const isBelow = sizes.gutter === 0
    drawLine(
      layer,
      'tick',
      x,
      isBelow ? y - sizes.font - 4 : y + 4,
      x,
      isBelow ? y - sizes.font : y + 10,
    )
    const middle = Math.max(isBelow ? width / 2 + 2 : 0, x)
    // Left of it stands what the axis is called.
    const isFree = isBelow || n >= 0 || middle - width / 2 > names + 8
    if (isFree && middle + width / 2 <= right + 10)
      layer.labels.push({ x: middle, y, width, size: sizes.font, parts, isCentred: true })
  }
}

/** The request view where it is wide: the last two, each from its own zero, on one scale; names at the left. */
import { endOf, type Scene, type SceneRequest } from '../scene'
import { shortName } from '../words'
import { longHole } from './activity'
import { type Canvas, fits } from './marks'
import { emptyLayer, type Kind, type Part, type Picture } from './picture'
import { drawScale } from './request-axis'
import { drawRows, mostRowsShown, nameAt, spans, timelineFor } from './request-rows'
import { fit, type Fitted, type Row, rowsOf } from './rows'
import { drawSurroundings, jobsOf } from './surroundings'
import type { View } from './view'
import { labelOfCall } from './workers-lane'

/** The one with focus and the one before it, else the last two; those that tell something, if any does. */
export function lastTwo(requests: readonly SceneRequest[], focus?: string): SceneRequest[] {
  const list = telling(requests, focus)
  const index = list.findIndex(({ key }) => key === focus)
  return index === -1 ? list.slice(-2) : list.slice(Math.max(0, index - 1), index + 1)
}

/** Requests with tasks, or that change something, or that had to wait for long; where there are none, all but the polls. */
export function telling(requests: readonly SceneRequest[], focus?: string): SceneRequest[] {
  const all = requests.filter(({ isPoll }) => !isPoll)
  const some = all.filter(
    ({ key, method, tasks, waited = 0 }) =>
      tasks.length || method !== 'GET' || waited >= longHole || key === focus,
  )
  return some.length ? some : all
}

export function compare(scene: Scene, requests: readonly SceneRequest[], view: View): Picture {
  const { sizes, width, measure } = view
  const inset = sizes.font > 16 ? 28 : 20
  const all = requests.map((request) => ({
    request,
    rows: rowsOf(request, view.now).slice(0, mostRowsShown),
  }))
  const nameWidth = (part: Part) => measure(part.text, part.weight, sizes.font)
  const ownName = measure('since request', 400, sizes.font) + sizes.font * 2
  const names = Math.max(
    ownName,
    ...all.flatMap(({ rows }) => rows.map(({ name }) => nameWidth(name))),
    ...requests.flatMap((request) =>
      jobsOf(scene, request, endOf(request, view.now)).map(({ name }) =>
        measure(shortName(name), 400, sizes.font),
      ),
    ),
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
    y = drawSurroundings(canvas, scene, request, view, top, y, (text, rowY, more) => {
      const base = rowY + sizes.row / 2 + sizes.font * 0.36
      const part: Part = { text, tone: 'quiet', weight: 400 }
      const name = fit([part], left - inset - sizes.font * 0.6, sizes.font, measure)
      layer.names.push({ x: inset, y: base, size: sizes.font, ...name })
      const x = time.right + sizes.font
      const said = more && fit(more.said, width * 0.6, sizes.font, measure)
      if (said && fits(canvas, { x, width: said.width }))
        layer.labels.push({ x, y: base, size: sizes.font, ground: 'block', ...said })
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

function callsIn({ workers }: Scene, request: SceneRequest, { now }: View) {
  const end = endOf(request, now)
  return workers.flatMap(({ calls }) =>
    calls.filter(
      (call) => call.at < end && (call.end ?? now) > request.at && (call.end ?? now) <= end,
    ),
  )
}

/** The request view where it is narrow: a card for one request, on its own scale, each name above its bar. */
import type { Scene, SceneRequest } from '../scene'
import { type Canvas, drawLine } from './marks'
import { emptyLayer, type Kind, type Picture } from './picture'
import { drawScale } from './request-axis'
import { drawRows, mostRowsShown, spans, timelineFor } from './request-rows'
import { fit, rowsOf } from './rows'
import { drawSurroundings } from './surroundings'
import type { View } from './view'

export function card(scene: Scene, request: SceneRequest, view: View): Picture {
  const { sizes, width, measure } = view
  const [left, kinds, layer] = [12, new Set<Kind>(), emptyLayer()]
  const rows = rowsOf(request, view.now).slice(0, mostRowsShown)
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

/** The request view where it is narrow: a card for one request, on its own scale, each name above its bar. */
import type { Scene, SceneRequest } from '../scene'
import { linesOf } from './lines'
import { type Canvas, drawLine } from './marks'
import { emptyLayer, type Kind, type Part, type Picture } from './picture'
import { drawScale } from './request-axis'
import { drawRows, mostRowsShown, spans, timelineFor } from './request-rows'
import { rowsOf } from './rows'
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
  const line = sizes.font + 4
  let top = 6
  drawRows(canvas, request, rows, view, (row, index) => {
    // At the right of the first line of all stands how long ago it was.
    const aside = index === 0 ? sizes.font * 5.2 : 0
    const disc = view.proofs?.has(row.key) ? sizes.font * 2 : 0
    const room = width - left * 2
    const [said = { parts: [], width: 0 }, ...below] = linesOf(
      row,
      [room - disc - aside, room],
      sizes.font,
      measure,
    )
    const [rowTop, height] = [top, sizes.row + below.length * line]
    top += height
    const barY = rowTop + 23 + below.length * line
    drawLine(layer, 'base', left, barY + 7, width - left)
    // What falls from the task that failed does not go through the words.
    const elbow = row.stoppedBy === undefined ? -Infinity : time.at(row.from)
    const isCrossed = elbow < left + said.width && elbow + 6 + said.width + disc <= width - left
    return {
      barY,
      top: rowTop,
      height,
      start: 5,
      end: width - 5,
      said: { ...said, width: said.width + disc },
      saidX: isCrossed && !below.length ? Math.max(left, elbow + 6) : left,
      saidY: rowTop + sizes.font,
      below,
    }
  })
  const y = drawSurroundings(canvas, scene, request, view, 0, top, (text, rowY, more) => {
    const name: Part = { text, tone: 'quiet', weight: 400 }
    const room = width - left * 2
    const lines = linesOf({ said: [], ...more, name }, [room, room], sizes.font, measure)
    lines.forEach((said, index) => {
      const baseline = rowY + sizes.font + index * line
      layer.labels.push({ x: left, y: baseline, size: sizes.font, ground: 'card', ...said })
    })
    const above = sizes.font + (lines.length - 1) * line
    return { y: rowY + above + 2, height: sizes.font + sizes.beat + 6 }
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

/** The rows of one request on its own clock, for the request view. */
import { endOf, type SceneRequest } from '../scene'
import { afterBar, barOf, type Canvas, discOf, drawLine, drawTail } from './marks'
import type { Fitted, Row } from './rows'
import type { Timeline } from './time'
import type { View } from './view'

/** More tasks than this are counted, not drawn. */
export const mostRowsShown = 16

/** What a request is drawn on: its own clock, on a scale that it may share. */
export function timelineFor(
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

export function spans(requests: readonly SceneRequest[], { now }: View): number[] {
  return requests.map((request) => endOf(request, now) - request.at + (request.waited ?? 0))
}

export function nameAt(x: number, y: number, text: string, width: number, { sizes }: View) {
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
  /** What had no room on the first line of its words. */
  below?: readonly Fitted[]
}

export function drawRows(
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
    at.below?.forEach((said, line) => {
      const y = at.saidY + (line + 1) * (sizes.font + 4)
      layer.labels.push({ x, y, size: sizes.font, ...said, ground })
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

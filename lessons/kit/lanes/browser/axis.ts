/** The axis: figures from the arrival of a request, now, and how long was folded away. */
import { onAxis } from '../words'
import { type Canvas, drawLine, nameLane } from './marks'
import type { Part } from './picture'
import { widthOf } from './rows'
import { stepOf } from './time'
import type { View } from './view'

/** So many pixels apart, each figure of an axis has room: none is left out between two others. */
const labelled = 96

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
  // Right of now there is room: the zero does not push out what is said of now.
  const beside = Math.max(time.right, (taken[0]?.to ?? 0) + half + 8)
  if (!add(now, Math.min(beside, canvas.width - half - 4), 'accent', 700))
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
  const step = stepOf(time.scale, (labelled * sizes.font) / 13)
  for (const { from, to } of time.parts)
    for (let n = Math.ceil((from - zero) / step); n * step + zero <= to; n++) {
      const x = time.at(n * step + zero)
      if (x < time.left) continue
      drawLine(layer, n === 0 ? 'zero' : 'grid', x, sizes.axis - 4, x, layer.height)
      if (n !== 0) add(onAxis(n * step), x, 'quiet', 400)
    }
}

function isFolded({ time }: Canvas, at: number): boolean {
  return time.folds.some(({ from, to }) => at > from && at < to)
}

/** The axis of the request view: from the arrival of each request. */
import { onAxis } from '../words'
import { drawLine } from './marks'
import type { Layer, Part } from './picture'
import { stepOf } from './time'
import type { View } from './view'

type ScaleOf = {
  from: number
  zero: number
  scale: number
  right: number
  y: number
  apart: number
  view: View
}

export function drawScale(
  layer: Layer,
  { from, zero, scale, right, y, apart, view }: ScaleOf,
): void {
  const { sizes, measure } = view
  const names = 28 + measure('since request', 400, sizes.font)
  const step = stepOf(scale, (apart * sizes.font) / 13 + 10)
  for (let n = Math.ceil(from / step); zero + n * step * scale <= right; n++) {
    const x = zero + n * step * scale
    const parts: Part[] = [
      {
        text: n === 0 && sizes.gutter === 0 ? '0' : onAxis(n * step),
        tone: n ? 'quiet' : 'ink',
        weight: n ? 400 : 700,
      },
    ]
    const width = Math.ceil(measure(parts[0]?.text ?? '', n ? 400 : 700, sizes.font))
    const isBelow = sizes.gutter === 0
    const middle = Math.max(isBelow ? width / 2 + 2 : 0, x)
    // Left of it stands what the axis is called.
    const isFree = isBelow || n >= 0 || middle - width / 2 > names + 8
    if (!isFree || middle + width / 2 > right + 10) continue
    drawLine(
      layer,
      'tick',
      x,
      isBelow ? y - sizes.font - 4 : y + 4,
      x,
      isBelow ? y - sizes.font : y + 10,
    )
    layer.labels.push({ x: middle, y, width, size: sizes.font, parts, isCentred: true })
  }
}

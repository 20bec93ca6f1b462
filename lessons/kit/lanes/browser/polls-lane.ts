/** The lane of polling. */
import type { Scene } from '../scene'
import { shortName } from '../words'
import { baseline, type Canvas, drawLine, nameLane } from './marks'
import type { Part } from './picture'
import { fit, type Fitted } from './rows'
import { leastRoom, type View } from './view'

/** Folded to one row of ticks: what a page asks for again and again. */
export function drawPolls(canvas: Canvas, { polls }: Scene, view: View, top: number): number {
  const { layer, sizes, time, kinds } = canvas
  let y = top
  for (const { method, path, times } of polls) {
    if (!times.length) continue
    if (y === top) nameLane(canvas, 'Polling', baseline(sizes, y))
    kinds.add('poll')
    let last = -Infinity
    for (const at of times) {
      const x = time.at(at)
      const isFolded = time.folds.some(({ from, to }) => at > from && at < to)
      if (x < time.left || at > time.end || isFolded || x - last < 3) continue
      drawLine(layer, 'tick', x, y + sizes.row * 0.3, x, y + sizes.row * 0.75)
      last = x
    }
    const parts: Part[] = [
      { text: shortName(`${method} ${path}`), tone: 'quiet', weight: 400 },
      { text: `× ${times.length}`, tone: 'quiet', weight: 400 },
    ]
    const room = (leastRoom * sizes.font) / 13 - 12
    const label = fitLast(parts, room, view)
    layer.labels.push({
      x: time.right + 8,
      y: baseline(sizes, y),
      size: sizes.font,
      hasHalo: true,
      ...label,
    })
    y += sizes.row
  }
  return y
}

/** The count stays whole; the name before it is cut. */
function fitLast([name, count]: Part[], room: number, view: View): Fitted {
  if (!name || !count) return { parts: [], width: 0 }
  const { measure, sizes } = view
  const tail = fit([{ ...count, text: ` ${count.text}` }], room, sizes.font, measure)
  const head = fit([name], room - tail.width, sizes.font, measure)
  return { parts: [...head.parts, ...tail.parts], width: head.width + tail.width }
}

/** The lane of what happened to the processes: ready, gone, a failure that somebody asked for. */
import type { Scene } from '../scene'
import { shortName } from '../words'
import { baseline, type Canvas, fits, nameLane } from './marks'
import type { Label, Part } from './picture'
import { widthOf } from './rows'
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

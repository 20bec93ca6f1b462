/** The lane of what happened to the processes: ready, gone, a failure that somebody asked for. */
import type { Scene, SceneFlag } from '../scene'
import { shortName } from '../words'
import { baseline, type Canvas, fits, nameLane } from './marks'
import type { Label, Part } from './picture'
import { widthOf } from './rows'
import { scaleOf } from './time'
import type { View } from './view'

/** The label of a flag, or of several that are too close to each other for more than one. */
export type FlagLabel = {
  /** When the last of them was. */
  at: number
  parts: Part[]
  width: number
}

/** Flags with a line through all lanes; those that are close to each other share a label. */
export function drawFlags(canvas: Canvas, { flags }: Scene, view: View, top: number): number {
  const { layer, sizes, time } = canvas
  if (!flags.length) return top
  nameLane(canvas, 'Events', baseline(sizes, top))
  const isSeen = ({ at }: { at: number }) => time.at(at) >= time.left - 2
  for (const { at } of flags.filter(isSeen))
    layer.flags.push({ x: time.at(at), y: top + (sizes.row - sizes.font * 0.9) / 2 })
  const labels = labelsOfFlags(flags, view).filter(isSeen)
  labels.forEach(({ at, parts, width }, index) => {
    const label: Label = {
      x: time.at(at) + sizes.font,
      y: baseline(sizes, top),
      width,
      size: sizes.font,
      parts,
      ground: canvas.ground,
    }
    const next = labels[index + 1]
    const room = (next ? time.at(next.at) : canvas.width) - 4
    if (fits(canvas, label) && label.x + width <= room) layer.labels.push(label)
  })
  return top + sizes.row
}

/** In the order of time. None but the last reaches beyond the flag behind it. */
export function labelsOfFlags(flags: readonly SceneFlag[], view: View): FlagLabel[] {
  const scale = scaleOf(view.width, view.zoom, view.sizes)
  const labels: FlagLabel[] = []
  let together: SceneFlag[] = []
  for (const flag of flags.toSorted((one, other) => one.at - other.at)) {
    const last = labels.at(-1)
    const isClose = last && (flag.at - last.at) * scale < view.sizes.font + last.width + 6
    if (isClose) labels.pop()
    together = isClose ? [...together, flag] : [flag]
    labels.push(labelOf(together, view))
  }
  return labels
}

function labelOf(flags: readonly SceneFlag[], view: View): FlagLabel {
  const [first, last = first] = [flags[0], flags.at(-1)]
  const named = (flag: SceneFlag | undefined, most: number) => shortName(flag?.text ?? '', most)
  const text =
    flags.length === 1
      ? named(first, 40)
      : [
          named(first, 28),
          ...(flags.length > 2 ? [`${flags.length - 2} more`] : []),
          named(last, 28),
        ].join(' · ')
  const parts: Part[] = [{ text, tone: 'quiet', weight: 400 }]
  return { at: last?.at ?? 0, parts, width: widthOf(parts, view) }
}

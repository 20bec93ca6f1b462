/** The timeline of a scene: its folds, and the room right of now, are as wide as the labels there. */
import { endOf, isOpen, type Scene, type Span } from '../scene'
import { stretchesOf } from './activity'
import { mostRows } from './density'
import { labelsOfFlags } from './flags-lane'
import { labelOfJob } from './jobs-lane'
import { labelOf, mostLabel, rowsOf } from './rows'
import { scaleOf, standsAt, type Timeline, timelineOf } from './time'
import { leastRoom, type View } from './view'

export function timeOf(scene: Scene, view: View): Timeline {
  const { width, sizes, zoom, now } = view
  const end = standsAt(scene, now, zoom)
  const stretches = stretchesOf(scene, now).filter(({ from }) => from <= end)
  const scale = scaleOf(width, zoom, sizes)
  const ends = endsOfLabels(scene, view, end - (mostLabel(view) + 40) / scale)
  // What is not over has its label right of now, for as long as the picture stands still; what has ended a moment ago, still
  // a part of it.
  const room = ends.reduce(
    (most, label) => Math.max(most, label.width + 20 - Math.max(0, end - label.at) * scale),
    0,
  )
  const least = (leastRoom * sizes.font) / 13
  const right = width - Math.min(mostLabel(view) + 24, Math.max(least, Math.ceil(room / 16) * 16))
  const reach = (stretch: Span) =>
    endsOfLabels(scene, view, stretch.to - mostLabel(view) / scale, stretch).reduce(
      (most, label) => Math.max(most, label.width + 6 - (stretch.to - label.at) * scale),
      0,
    )
  return timelineOf({ width, sizes, zoom, stretches, end, right, reach })
}

/** Where bars end that have a label behind them, since `since`, and how wide each label is. */
function endsOfLabels(scene: Scene, view: View, since: number, within?: Span) {
  const isIn = (at: number) => !within || (at >= within.from && at <= within.to)
  const { now } = view
  const ends: { at: number; width: number }[] = []
  for (const request of scene.requests) {
    if (request.isPoll || !isIn(request.at) || (!isOpen(request) && endOf(request, now) < since))
      continue
    for (const row of rowsOf(request, now))
      ends.push({ at: row.to ?? now, width: labelOf(row, view).width })
    // So many have no labels.
    if (ends.length > mostRows) break
  }
  if (ends.length > mostRows) ends.length = 0
  for (const job of scene.jobs) {
    const last = job.runs.at(-1)
    const at = job.state === 'succeeded' || job.state === 'failed' ? (last?.end ?? job.at) : now
    if (at >= since && isIn(at)) ends.push({ at, width: labelOfJob(job, view).width })
  }
  for (const { calls } of scene.workers) {
    const call = calls.at(-1)
    const at = call?.end ?? now
    if (call && at >= since && isIn(at)) ends.push({ at, width: mostLabel(view) / 3 })
  }
  for (const { at, width } of labelsOfFlags(scene.flags, view))
    if (at >= since && isIn(at)) ends.push({ at, width: width + view.sizes.font })
  return ends
}

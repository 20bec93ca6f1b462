/** How much time a picture holds, where nobody has chosen it. */
import { endOf, isOpen, type Scene, type SceneRequest } from '../scene'
import { lastEndOf } from './activity'
import { lastTwo } from './compare'
import { timeOf } from './scene-time'
import { flowsFor } from './time'
import { type View, zoomSteps } from './view'

/**
 * The smallest step that holds the last two requests that tell something, and those that ran beside them. Where ten
 * seconds are not enough: the last one.
 */
export function zoomFor(scene: Scene, view: View): number {
  const [first, last = first] = lastTwo(scene.requests)
  const beside = first && firstBeside([first], scene.requests, view.now)
  const stepFor = (from: number | undefined) =>
    zoomSteps.find((zoom) => holds(from, scene, { ...view, zoom })) ?? 600_000
  const steps = [beside, startOf(first)].map(stepFor)
  return steps.find((step) => step <= 10_000) ?? stepFor(startOf(last))
}

export function holdsLastTwo(scene: Scene, view: View): boolean {
  return holds(startOf(lastTwo(scene.requests)[0]), scene, view)
}

function startOf(request: SceneRequest | undefined): number | undefined {
  return request && request.at - (request.waited ?? 0)
}

function holds(from: number | undefined, scene: Scene, view: View): boolean {
  if (from === undefined) return true
  const { now, zoom } = view
  // When all is over, the picture flows on for a moment.
  const isOver = !scene.requests.some((request) => !request.isPoll && isOpen(request))
  const end = isOver ? (lastEndOf(scene, now) ?? now) + flowsFor(zoom) : now
  const time = timeOf(scene, { ...view, now: Math.max(now, end) })
  return time.at(from) >= time.left
}

/** When the first of those came that overlap, one with the next, with these. */
function firstBeside(these: readonly SceneRequest[], all: readonly SceneRequest[], now: number) {
  let first = these[0]?.at
  for (const request of all.toReversed())
    if (
      first !== undefined &&
      !request.isPoll &&
      request.at < first &&
      endOf(request, now) >= first
    )
      first = request.at
  return first
}

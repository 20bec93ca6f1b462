/** A scene as a timeline: all lanes on one clock. Pure; what stands keeps its rows in the memory that is given along. */
import { endOf, isOpen, type Scene, type SceneRequest, type Span } from '../scene'
import { drawAxis } from './axis'
import { drawCompact } from './compact-lane'
import { telling } from './compare'
import { drawFlags, labelsOfFlags } from './flags-lane'
import { drawJobs, labelOfJob } from './jobs-lane'
import { drawCurtains, drawLoops, loopsOf } from './loops-lane'
import { type Canvas, drawLine } from './marks'
import { emptyLayer, type Kind, type Picture } from './picture'
import { drawPolls } from './polls-lane'
import { densityOf, drawRequests, mostRows } from './requests-lane'
import { labelOf, mostLabel, rowsOf } from './rows'
import { Stack } from './stack'
import {
  flowsFor,
  lastEndOf,
  scaleOf,
  standsAt,
  stretchesOf,
  type Timeline,
  timelineOf,
} from './time'
import { leastRoom, requestKey, type View, zoomSteps } from './view'
import { drawWorkers } from './workers-lane'

/** Which rows the blocks stand on. A new size, zoom or density begins anew. */
export class Memory {
  private shape = ''
  requests = new Stack()
  jobs = new Stack()

  for(shape: string): this {
    if (shape === this.shape) return this
    this.shape = shape
    this.requests = new Stack()
    this.jobs = new Stack()
    return this
  }

  clear(): void {
    this.shape = ''
  }
}

export function layout(scene: Scene, view: View, memory: Memory): Picture {
  const { sizes, width } = view
  const time = timeOf(scene, view)
  const requests = scene.requests.filter((request) => !request.isPoll)
  const seen = requests.filter((request) => reachOf(request, view, time) > time.left)
  const inView = seen.filter((request) => time.at(endOf(request, view.now)) > time.left)
  const density = densityOf(inView, view.now)
  const { requests: rows, jobs } = memory.for([width, view.zoom, sizes.row, density].join())
  const held = new Set(requests.map(({ key }) => key))
  rows.prune((key) => held.has(key))

  const kinds = new Set<Kind>()
  const head: Canvas = { layer: emptyLayer(), kinds, sizes, time, width, ground: 'card' }
  const body: Canvas = { ...head, layer: emptyLayer() }
  const loops = loopsOf(scene)
  const loopTop = drawFlags(head, scene, view, sizes.axis)
  head.layer.height = drawLoops(head, loops, view, loopTop)

  let y =
    density === 'full'
      ? drawRequests(body, seen, view, rows, 2)
      : drawCompact(body, inView, view, rows, 2)
  y = drawPolls(body, scene, view, y)
  y = drawWorkers(body, scene.workers, view, y)
  body.layer.height = drawJobs(body, scene.jobs, view, jobs, y) + 6

  drawAxis(head, zeroOf(requests, view), view, idleSince(scene, view))
  for (const { kind, x1 } of head.layer.lines)
    if (kind === 'grid' || kind === 'zero') drawLine(body.layer, kind, x1, 0, x1, body.layer.height)
  for (const { x } of head.layer.flags) {
    drawLine(head.layer, 'flag', x, sizes.axis, x, head.layer.height)
    drawLine(body.layer, 'flag', x, 0, x, body.layer.height)
  }
  for (const [layer, top] of [
    [head.layer, sizes.axis - 4],
    [body.layer, 0],
  ] as const) {
    drawLine(layer, 'now', time.right, top, time.right, layer.height)
    for (const { x, width: wide, from, to } of time.folds)
      if (x + wide > time.left)
        layer.folds.push({
          x,
          y: top,
          width: wide,
          height: layer.height - top,
          idle: to - from,
          from,
          to,
        })
  }
  drawCurtains(head, loops, head.layer, loopTop + 2)
  drawCurtains(body, loops, body.layer, 0)
  const { left, scale, right } = time
  return { width, left, head: head.layer, body: body.layer, scale, right, kinds }
}

/**
 * The smallest step that holds the last two requests that tell something, and those that ran beside them. Where ten
 * seconds are not enough: the last one.
 */
export function zoomFor(scene: Scene, view: View): number {
  const [first, last = first] = lastTwo(scene)
  const beside = first && firstBeside([first], scene.requests, view.now)
  const stepFor = (from: number | undefined) =>
    zoomSteps.find((zoom) => holds(from, scene, { ...view, zoom })) ?? 600_000
  const steps = [beside, startOf(first)].map(stepFor)
  return steps.find((step) => step <= 10_000) ?? stepFor(startOf(last))
}

export function holdsLastTwo(scene: Scene, view: View): boolean {
  return holds(startOf(lastTwo(scene)[0]), scene, view)
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

function lastTwo({ requests }: Scene): SceneRequest[] {
  return telling(requests).slice(-2)
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

function timeOf(scene: Scene, view: View): Timeline {
  const { width, sizes, zoom, now } = view
  const end = standsAt(scene, now, zoom)
  const stretches = stretchesOf(scene, now).filter(({ from }) => from <= end)
  const scale = scaleOf(width, zoom, sizes)
  const ends = endsOfLabels(scene, view, end - (mostLabel(view) + 40) / scale)
  // What runs has its label right of now; what has ended a moment ago, still a part of it.
  const room = ends.reduce(
    (most, label) => Math.max(most, label.width + 20 - (end - label.at) * scale),
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

/** Where a request ends, at least: whether it is in the view is for its labels to decide. */
function reachOf(request: SceneRequest, view: View, time: Timeline): number {
  if (isOpen(request)) return Infinity
  const end = time.at(endOf(request, view.now))
  return end > time.left ? end : end + mostLabel(view)
}

function zeroOf(requests: readonly SceneRequest[], { focus }: View): number {
  const key = focus === undefined ? undefined : requestKey(focus)
  const shown = requests.find((request) => request.key === key) ?? telling(requests).at(-1)
  return shown?.at ?? 0
}

/** 'idle 12 s', when the picture stands still. */
function idleSince(scene: Scene, { now }: View): string | undefined {
  const end = lastEndOf(scene, now)
  return end === undefined || now - end <= 1_000
    ? undefined
    : `idle ${Math.floor((now - end) / 1_000)} s`
}

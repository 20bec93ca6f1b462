/** A scene as a timeline: all lanes on one clock. Pure; what stands keeps its rows in the memory that is given along. */
import { endOf, isOpen, type Scene, type SceneRequest } from '../scene'
import { lastEndOf, loopsOf } from './activity'
import { drawAxis } from './axis'
import { drawCompact } from './compact-lane'
import { telling } from './compare'
import { densityOf } from './density'
import { drawFlags } from './flags-lane'
import { drawJobs } from './jobs-lane'
import { drawCurtains, drawLoops } from './loops-lane'
import { type Canvas, drawLine } from './marks'
import { emptyLayer, type Kind, type Picture } from './picture'
import { drawPolls } from './polls-lane'
import { drawRequests } from './requests-lane'
import { mostLabel } from './rows'
import { timeOf } from './scene-time'
import { Stack } from './stack'
import type { Timeline } from './time'
import { requestKey, type View } from './view'
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

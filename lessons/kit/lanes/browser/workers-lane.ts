/** The lanes of workers. */
import type { SceneWorker } from '../scene'
import { inMilliseconds, shortError, shortName } from '../words'
import { afterBar, barOf, baseline, type Canvas, drawLine, fits, isSeen, nameLane } from './marks'
import type { Bar, Part } from './picture'
import { fit, type Fitted, mostLabel } from './rows'
import type { View } from './view'

/** A row each: a line while it is there, its calls as bars. */
export function drawWorkers(
  canvas: Canvas,
  workers: readonly SceneWorker[],
  view: View,
  top: number,
): number {
  const { layer, sizes, time } = canvas
  let y = top
  for (const worker of workers) {
    const { from, to } = worker
    const end = to === undefined ? time.right : time.at(to)
    if (end < time.left) continue
    nameLane(canvas, worker.name, baseline(sizes, y))
    drawLine(layer, 'worker', Math.max(time.left, time.at(from)), y + sizes.row / 2, end)
    drawCalls(canvas, worker, view, y)
    y += sizes.row
  }
  return y
}

export function drawCalls(canvas: Canvas, worker: SceneWorker, view: View, y: number): void {
  const { layer, sizes, time } = canvas
  const bars = worker.calls.map((call, index): Bar => {
    const key = `${worker.key}/call-${index}`
    const height = sizes.bar
    const { state, at, end } = call
    return barOf(canvas, { key, state, from: at, to: end, y: y + (sizes.row - height) / 2, height })
  })
  bars.forEach((bar, index) => {
    const call = worker.calls[index]
    if (!call || !isSeen(time, bar)) return
    const last = layer.bars.at(-1)
    // Calls that follow each other within a pixel are one bar to see.
    if (last?.y === bar.y && bar.x - last.x < 1 && !bar.isOpen) return
    layer.bars.push(bar)
    const isLast = index === bars.length - 1
    const ended = worker.to !== undefined && isLast && worker.error !== undefined
    const label = labelOfCall(call, ended ? worker.error : undefined, view)
    const next = bars[index + 1]
    const x = afterBar(bar)
    if (fits(canvas, { x, width: label.width }) && (!next || x + label.width < next.x - 2))
      layer.labels.push({
        x,
        y: baseline(sizes, y),
        size: sizes.font,
        ground: canvas.ground,
        ...label,
      })
  })
  if (worker.calls.length || worker.error === undefined || worker.to === undefined) return
  const said: Part = { text: `✗ ${shortError(worker.error)}`, tone: 'bad', weight: 600 }
  const label = fit([said], mostLabel(view), sizes.font, view.measure)
  const x = time.at(worker.to) + 6
  if (fits(canvas, { x, width: label.width }))
    layer.labels.push({
      x,
      y: baseline(sizes, y),
      size: sizes.font,
      ground: canvas.ground,
      ...label,
    })
}

type Call = SceneWorker['calls'][number]

export function labelOfCall(
  { name, state, at, end, error }: Call,
  died: string | undefined,
  view: View,
): Fitted {
  const took = inMilliseconds((end ?? view.now) - at)
  const said = {
    running: { text: `… ${took}`, tone: 'busy', weight: 600 },
    succeeded: { text: `✓ ${took}`, tone: 'good', weight: 600 },
    failed: { text: `✗ ${shortError(died ?? error ?? took)}`, tone: 'bad', weight: 600 },
  } as const
  const parts: Part[] = [{ text: shortName(name), tone: 'ink', weight: 400 }, said[state]]
  return fit(parts, mostLabel(view), view.sizes.font, view.measure)
}

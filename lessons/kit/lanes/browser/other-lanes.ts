/** The lanes under the requests: polling, workers, jobs. */
import type { Scene, SceneJob, SceneWorker } from '../scene'
import { inMilliseconds, shortError, shortName } from '../words'
import {
  afterBar,
  barOf,
  baseline,
  type Canvas,
  drawLine,
  drawWait,
  fits,
  isSeen,
  nameLane,
} from './marks'
import type { Bar, Part } from './picture'
import { mostLabel } from './requests-lane'
import { fit, type Fitted } from './rows'
import type { Stack } from './stack'
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

const mostJobRows = 12

/** The attempts of a job on one row, dotted in between. */
export function drawJobs(
  canvas: Canvas,
  jobs: readonly SceneJob[],
  view: View,
  stack: Stack,
  top: number,
): number {
  const { layer, sizes, time } = canvas
  const laid = jobs.map((job) => ({ job, label: labelOfJob(job, view), ...spanOfJob(canvas, job) }))
  const seen = laid.filter(({ end }) => end > time.left)
  if (!seen.length) return top
  const places = stack.place(
    seen.map(({ job, start, end, label }) => {
      const isOpen = job.state === 'stored' || job.state === 'running'
      return { key: job.key, from: start, to: isOpen ? Infinity : end + 6 + label.width, rows: 1 }
    }),
    mostJobRows,
  )
  nameLane(canvas, 'Jobs', baseline(sizes, top))
  let rows = 0
  for (const { job, label, end } of seen) {
    const row = places.get(job.key)?.[0]
    if (row === undefined) continue
    rows = Math.max(rows, row + 1)
    const y = top + row * sizes.row
    drawAttempts(canvas, job, y)
    const x = end + 6
    if (fits(canvas, { x, width: label.width }))
      layer.labels.push({
        x,
        y: baseline(sizes, y),
        size: sizes.font,
        ground: canvas.ground,
        ...label,
      })
  }
  const more = seen.length - places.size
  const y = top + rows * sizes.row
  if (!more) return y
  const text = `${more.toLocaleString('en')} more jobs`
  const width = Math.ceil(view.measure(text, 600, sizes.font))
  layer.labels.push({
    x: time.left,
    y: baseline(sizes, y),
    width,
    size: sizes.font,
    parts: [{ text, tone: 'ink', weight: 600 }],
  })
  return y + sizes.row
}

function spanOfJob({ time, sizes }: Canvas, { at, state, runs }: SceneJob) {
  const last = runs.at(-1)
  const isOpen = state === 'stored' || state === 'running'
  const end = isOpen ? time.right : time.at(last?.end ?? at)
  return { start: time.at(at), end: Math.max(end, time.at(last?.at ?? at) + sizes.least) }
}

export function drawAttempts(canvas: Canvas, job: SceneJob, y: number): void {
  const { layer, sizes, time } = canvas
  let from = time.at(job.at)
  for (const { attempt, at, end, state } of job.runs) {
    const [height, key] = [sizes.bar, `${job.key}/attempt-${attempt}`]
    const bar = barOf(canvas, {
      key,
      state,
      from: at,
      to: end,
      y: y + (sizes.row - height) / 2,
      height,
    })
    drawWait(canvas, from, bar.x, y + sizes.row / 2)
    if (isSeen(time, bar))
      layer.bars.push(bar.width >= sizes.bar * 2.2 ? { ...bar, number: attempt } : bar)
    from = bar.x + bar.width
  }
  if (job.state === 'stored') drawWait(canvas, from, time.right, y + sizes.row / 2)
}

export function labelOfJob({ name, id, state, runs }: SceneJob, view: View): Fitted {
  const last = runs.at(-1)
  const said = {
    stored: { text: last ? 'will be tried again' : 'stored', tone: 'busy', weight: 600 },
    running: { text: `… attempt ${last?.attempt ?? 1}`, tone: 'busy', weight: 600 },
    succeeded: { text: `✓ attempt ${last?.attempt ?? 1}`, tone: 'good', weight: 600 },
    failed: { text: `✗ attempt ${last?.attempt ?? 1}`, tone: 'bad', weight: 600 },
  } as const
  const parts: Part[] = [
    { text: `${shortName(name)} ${shortName(id, 6)}`, tone: 'ink', weight: 400 },
    said[state],
    ...(state === 'failed' && last?.error !== undefined
      ? [{ text: shortError(last.error), tone: 'bad', weight: 400 } as const]
      : []),
  ]
  return fit(parts, mostLabel(view), view.sizes.font, view.measure)
}

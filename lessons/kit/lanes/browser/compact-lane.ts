/** The lane of requests where there are many at once: one row each without labels, and a histogram of those without a row. */
import { endOf, type SceneRequest } from '../scene'
import { barOf, baseline, type Canvas, isSeen, nameLane } from './marks'
import { drawTail } from './requests-lane'
import { rowsOf } from './rows'
import type { Stack } from './stack'
import type { View } from './view'

const mostRows = 12
const mostBlocks = 110
/** The width of a column of the histogram. */
const step = 6

export function drawCompact(
  canvas: Canvas,
  requests: readonly SceneRequest[],
  view: View,
  stack: Stack,
  top: number,
): number {
  const { sizes, time } = canvas
  const blocks = requests.map((request) => {
    const { key, at, waited = 0, tasks } = request
    const end = time.at(endOf(request, view.now))
    const skipped = tasks.some(({ state }) => state === 'skipped') ? sizes.skipped : 0
    return {
      key,
      from: time.at(at - waited) - 2,
      to: Math.max(time.at(at) + sizes.least, end + skipped) + 2,
      rows: 1,
    }
  })
  const places = stack.place(blocks, mostRows, mostBlocks)
  nameLane(canvas, 'Requests', baseline(sizes, top))
  let rows = 0
  const beyond: SceneRequest[] = []
  for (const request of requests) {
    const row = places.get(request.key)?.[0]
    if (row === undefined) beyond.push(request)
    else {
      rows = Math.max(rows, row + 1)
      drawRow(canvas, request, top + row * sizes.compactRow, view)
    }
  }
  const end = top + rows * sizes.compactRow + 4
  return beyond.length ? drawHistogram(canvas, beyond, view, end) : end
}

/** All of a request on one row: its tasks never overlap. */
function drawRow(canvas: Canvas, request: SceneRequest, y: number, view: View): void {
  const { layer, sizes, time } = canvas
  const inset = (sizes.compactRow - sizes.compactBar) / 2
  if (time.at(request.at) >= time.left) drawTail(canvas, request, y + sizes.compactRow / 2)
  let skipped = 0
  for (const { key, state, from, to, words } of rowsOf(request, view.now)) {
    // Tasks that never started would stand on each other: the first one says it.
    if (!state || (state === 'skipped' && skipped++)) continue
    const bar = barOf(canvas, { key, state, from, to, y: y + inset, height: sizes.compactBar })
    if (!isSeen(time, bar)) continue
    layer.bars.push(bar)
    const box = { x: bar.x - 2, y: y + 0.5, width: bar.width + 4, height: sizes.compactRow - 1 }
    layer.targets.push({ ...box, key, words, hasFocus: view.focus === key })
  }
}

/** Too many to draw: how many at once, and where one failed. */
function drawHistogram(
  canvas: Canvas,
  requests: readonly SceneRequest[],
  view: View,
  top: number,
): number {
  const { layer, sizes, time } = canvas
  const tall = sizes.row * 1.2
  const base = top + 10 + tall
  const counts = countsOf(canvas, requests, view)
  const peak = Math.max(1, ...counts)
  const failed = requests.flatMap(
    ({ tasks }) => tasks.find(({ state }) => state === 'failed') ?? [],
  )
  layer.histogram = {
    base,
    step,
    columns: counts.flatMap((count, index) => {
      const height = (count / peak) * tall
      const x = time.left + index * step
      return count ? [{ x, y: base - height, width: step - 1, height }] : []
    }),
    failures: failed.map(({ end }) => time.at(end ?? view.now)).filter((x) => x >= time.left),
    failuresY: base - tall - 5,
  }
  const text = `${requests.length.toLocaleString('en')} more: ${peak} at once, ${failed.length} failed`
  const width = Math.ceil(view.measure(text, 600, sizes.font))
  const last = time.left + (counts.findLastIndex((count) => count > 0) + 1) * step
  const isBeside = last + 8 + width < canvas.width
  const below = isBeside ? 0 : sizes.row
  layer.labels.push({
    x: isBeside ? last + 8 : Math.max(time.left, canvas.width - width - 8),
    y: base - 4 + below,
    width,
    size: sizes.font,
    parts: [{ text, tone: 'ink', weight: 600 }],
    ground: 'card',
  })
  nameLane(canvas, 'Too many', base - sizes.font * 0.95)
  nameLane(canvas, 'to draw', base + sizes.font * 0.35)
  return base + 8 + below
}

/** How many there are in each column, from the left of the view to now. */
function countsOf({ time }: Canvas, requests: readonly SceneRequest[], { now }: View): number[] {
  const columns = Math.max(1, Math.ceil((time.right - time.left) / step))
  const changes = Array.from({ length: columns + 1 }, () => 0)
  const columnAt = (at: number) =>
    Math.max(0, Math.min(columns - 1, Math.floor((time.at(at) - time.left) / step)))
  for (const request of requests) {
    const [first, last] = [columnAt(request.at), columnAt(endOf(request, now))]
    changes[first] = (changes[first] ?? 0) + 1
    changes[last + 1] = (changes[last + 1] ?? 0) - 1
  }
  let count = 0
  return changes.slice(0, columns).map((change) => (count += change))
}

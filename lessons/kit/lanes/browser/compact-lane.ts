/** The lane of requests where there is much at once: one row each, and a histogram of those without a row. */
import { endOf, isOpen, type SceneRequest } from '../scene'
import { barOf, baseline, type Canvas, drawTail, fits, isSeen, nameLane } from './marks'
import type { Part } from './picture'
import { fit, type Fitted, mostLabel, rowsOf } from './rows'
import type { Stack } from './stack'
import { labelGap, type View } from './view'

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
  // Few that do much are told in a few words; a crowd is not.
  const labels = new Map(
    requests.length > mostRows
      ? []
      : requests.map((request) => [request.key, labelOf(request, view, mostLabel(view))]),
  )
  const blocks = requests.map((request) => {
    const { key, at, waited = 0, tasks } = request
    const skipped = tasks.some(({ state }) => state === 'skipped') ? sizes.skipped : 0
    const last = time.at(endOf(request, view.now)) + skipped
    const end = Math.max(time.at(at) + sizes.least, last)
    const label = labels.get(key)
    const to = label ? (isOpen(request) ? Infinity : end + labelGap + label.width) : end + 2
    return { key, from: time.at(at - waited) - 2, to, rows: 1, end }
  })
  const places = stack.place(blocks, mostRows, mostBlocks)
  nameLane(canvas, 'Requests', baseline(sizes, top))
  let rows = 0
  const beyond: SceneRequest[] = []
  requests.forEach((request, index) => {
    const row = places.get(request.key)?.[0]
    if (row === undefined) beyond.push(request)
    else {
      rows = Math.max(rows, row + 1)
      const y = top + row * sizes.compactRow
      drawRow(canvas, request, y, view)
      const x = (blocks[index]?.end ?? 0) + labelGap
      const room = Math.min(mostLabel(view), canvas.width - x)
      const label = labels.has(request.key) ? labelOf(request, view, room) : undefined
      if (label && fits(canvas, { x, width: label.width }))
        canvas.layer.labels.push({
          x,
          y: y + sizes.compactRow / 2 + sizes.font * 0.36,
          size: sizes.font,
          ground: 'card',
          ...label,
        })
    }
  })
  const end = top + rows * sizes.compactRow + 4
  return beyond.length ? drawHistogram(canvas, beyond, view, end) : end
}

/** The words of a request, and how many tasks it has: those are too many for words of their own. */
function labelOf(request: SceneRequest, view: View, room: number): Fitted {
  const { tasks } = request
  const count = (wanted: string) => tasks.filter(({ state }) => state === wanted).length
  const [running, failed] = [count('running') + count('waiting'), count('failed')]
  const parts: Part[] = [
    { text: tasks.length === 1 ? '1 task' : `${tasks.length} tasks`, tone: 'ink', weight: 400 },
    ...(running ? [{ text: `… ${running} to go`, tone: 'busy', weight: 600 } as const] : []),
    ...(failed ? [{ text: `✗ ${failed} failed`, tone: 'bad', weight: 600 } as const] : []),
  ]
  const own = request.method === '' ? undefined : rowsOf(request, view.now)[0]
  const all = [...(own ? [own.name, ...own.said] : []), ...(tasks.length ? parts : [])]
  return fit(all, room, view.sizes.font, view.measure)
}

/** All of a request on one row: its tasks never overlap. */
function drawRow(canvas: Canvas, request: SceneRequest, y: number, view: View): void {
  const { layer, sizes, time } = canvas
  const inset = (sizes.compactRow - sizes.compactBar) / 2
  drawTail(canvas, request, y + sizes.compactRow / 2)
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

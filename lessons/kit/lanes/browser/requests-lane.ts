/** The lane of requests: each with its tasks as a block of rows, with its label right of each bar. */
import type { SceneRequest } from '../scene'
import {
  afterBar,
  barOf,
  baseline,
  type Canvas,
  discOf,
  drawLine,
  drawTail,
  drawWait,
  fits,
  isSeen,
  nameLane,
} from './marks'
import type { Bar } from './picture'
import { type Fitted, labelOf, type Row, rowsOf } from './rows'
import type { Block, Stack } from './stack'
import type { View } from './view'

/** A request with the places of its bars; `y` is that of its first row, until it has found its rows. */
type Laid = {
  request: SceneRequest
  rows: Row[]
  bars: (Bar | undefined)[]
  labels: Fitted[]
  block: Block
  /** Where the time ends that its rows stand for. */
  timeEnd: number
}

/** Each request with its tasks, a row for each, and their labels. */
export function drawRequests(
  canvas: Canvas,
  requests: readonly SceneRequest[],
  view: View,
  stack: Stack,
  top: number,
): number {
  if (!requests.length) return top
  const { sizes } = canvas
  const laid = requests.map((request) => lay(canvas, request, view))
  const places = stack.place(laid.map(({ block }) => block))
  nameLane(canvas, 'Requests', baseline(sizes, top))
  let lowest = 1
  for (const one of laid) {
    // What has left the view keeps its rows, but takes no room.
    if (one.timeEnd <= canvas.time.left) continue
    const rows = places.get(one.block.key) ?? []
    lowest = Math.max(lowest, ...rows.map((row) => row + 1))
    drawBlock(
      canvas,
      one,
      rows.map((row) => top + row * sizes.row),
      view,
    )
  }
  return top + lowest * sizes.row + 4
}

function lay(canvas: Canvas, request: SceneRequest, view: View): Laid {
  const { sizes, time } = canvas
  const rows = rowsOf(request, view.now)
  const bars = rows.map(({ key, state, from, to }) =>
    state ? barOf(canvas, { key, state, from, to, y: 0, height: sizes.bar }) : undefined,
  )
  const labels = rows.map((row) => labelOf(row, view))
  const isOpen = rows.some(({ to }) => to === undefined)
  const ends = rows.map((_, index) => {
    const bar = bars[index]
    const label = labels[index]
    const end = bar ? bar.x + bar.width : time.right
    return end + 6 + (label?.width ?? 0)
  })
  const block = {
    key: request.key,
    from: time.at(request.at - (request.waited ?? 0)) - 6,
    to: isOpen ? Infinity : Math.max(...ends),
    rows: rows.length,
  }
  const timeEnd = Math.max(...bars.map((bar) => (bar ? bar.x + bar.width : time.right))) + 5
  return { request, rows, bars, labels, block, timeEnd }
}

function drawBlock(canvas: Canvas, laid: Laid, ys: readonly number[], view: View): void {
  const { layer, sizes, time } = canvas
  const { request, rows, bars, labels, block, timeEnd } = laid
  const inset = (sizes.row - sizes.bar) / 2
  const left = Math.max(time.left - 6, time.at(request.at) - 6)
  for (const { from, to } of runsOf(ys, sizes.row))
    layer.tints.push({ x: left, y: from + 1, width: timeEnd - left, height: to - from - 2 })
  const own = request.method === '' ? undefined : bars[0]
  const answered = request.sent === undefined || !own ? undefined : own.x + own.width
  const lastY = ys.at(-1) ?? 0
  if (answered !== undefined && rows.length > 1 && answered > time.left)
    drawLine(
      layer,
      'answered',
      answered,
      (ys[0] ?? 0) + sizes.row * 0.7,
      answered,
      lastY + sizes.row - 3,
    )
  drawTail(canvas, request, (ys[0] ?? 0) + sizes.row / 2)
  rows.forEach((row, index) => {
    const y = ys[index] ?? 0
    const label = labels[index]
    if (!label) return
    const bar = bars[index]
    const middle = y + sizes.row / 2
    if (bar && isSeen(time, bar)) layer.bars.push({ ...bar, y: y + inset })
    if (answered !== undefined && row !== rows[0])
      drawWait(canvas, answered, bar ? bar.x : time.right, middle)
    if (row.stoppedBy !== undefined && bar && isSeen(time, bar)) {
      const from = (ys[row.stoppedBy] ?? y) + inset + sizes.bar
      drawLine(layer, 'elbow', bar.x, from, bar.x, middle)
    }
    drawLabel(canvas, { row, bar, label, y, view, to: block.to, timeEnd })
  })
}

/** Rows that stand right under each other, as one. */
function runsOf(ys: readonly number[], height: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  for (const y of ys) {
    const last = runs.at(-1)
    if (last?.to === y) last.to = y + height
    else runs.push({ from: y, to: y + height })
  }
  return runs
}

type LabelOf = {
  row: Row
  bar: Bar | undefined
  label: Fitted
  y: number
  view: View
  to: number
  timeEnd: number
}

function drawLabel(canvas: Canvas, { row, bar, label, y, view, to, timeEnd }: LabelOf): void {
  const { layer, sizes, time } = canvas
  const end = bar ? afterBar(bar) : time.right + 6
  // One whose bar has left the view stays in sight as long as its block does.
  const x = Math.min(Math.max(end, time.left + 14), Math.max(end, to - label.width))
  const hasFocus = view.focus === row.key
  const start = Math.max(time.left - 4, bar ? bar.x : time.right)
  if (fits(canvas, { x, width: label.width })) {
    const ground = x + label.width / 2 < timeEnd ? 'block' : 'card'
    layer.labels.push({
      x,
      y: baseline(sizes, y),
      width: label.width,
      size: sizes.font,
      parts: label.parts,
      ground,
    })
    const number = view.proofs?.get(row.key)
    if (number !== undefined)
      layer.discs.push(discOf(x + label.width - sizes.font * 0.75, y, number, sizes))
    const box = {
      x: start - 4,
      y: y + 0.5,
      width: x + label.width + 8 - start,
      height: sizes.row - 1,
    }
    layer.targets.push({ ...box, key: row.key, words: row.words, hasFocus })
  } else if (bar && isSeen(time, bar))
    layer.targets.push({
      x: start - 4,
      y: y + 0.5,
      width: bar.width + 8,
      height: sizes.row - 1,
      key: row.key,
      words: row.words,
      hasFocus,
    })
}

/** The lane of jobs. */
import type { SceneJob } from '../scene'
import { shortError, shortName } from '../words'
import { barOf, baseline, type Canvas, discOf, drawWait, fits, isSeen, nameLane } from './marks'
import type { Part } from './picture'
import { fit, type Fitted, mostLabel } from './rows'
import type { Stack } from './stack'
import { jobKey, type View } from './view'

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
  for (const { job, label, start, end } of seen) {
    const row = places.get(job.key)?.[0]
    if (row === undefined) continue
    rows = Math.max(rows, row + 1)
    const y = top + row * sizes.row
    drawAttempts(canvas, job, y)
    const x = end + 6
    const isSaid = fits(canvas, { x, width: label.width })
    if (isSaid)
      layer.labels.push({
        x,
        y: baseline(sizes, y),
        size: sizes.font,
        ground: canvas.ground,
        ...label,
      })
    markJob(canvas, job, view, {
      x: Math.max(time.left, start),
      end: isSaid ? x + label.width : end,
      y,
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
    ground: canvas.ground,
  })
  return y + sizes.row
}

function markJob(
  { layer, sizes }: Canvas,
  job: SceneJob,
  view: View,
  { x, end, y }: { x: number; end: number; y: number },
): void {
  const key = jobKey(job.key)
  const words = `job ${labelOfJob(job, view)
    .parts.map(({ text }) => text)
    .join('')}`
  const box = { x: x - 4, y: y + 0.5, width: end - x + 8, height: sizes.row - 1 }
  layer.targets.push({ ...box, key, words, hasFocus: view.focus === key })
  const number = view.proofs?.get(key)
  if (number !== undefined) layer.discs.push(discOf(end - sizes.font * 0.75, y, number, sizes))
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

/** What tells a job from the others of its name. */
function ownId(id: string, name: string): string {
  const own = id.split(`${name}.`).at(-1) ?? id
  return shortName(own.replaceAll('%40', '@'), 16)
}

export function labelOfJob(job: SceneJob, view: View): Fitted {
  const { key, name, id } = job
  const own: Part = { text: `${shortName(name)} ${ownId(id, name)}`, tone: 'ink', weight: 400 }
  const label = fit([own, ...saidOfJob(job)], mostLabel(view), view.sizes.font, view.measure)
  const disc = view.proofs?.has(jobKey(key)) ? view.sizes.font * 2 : 0
  return { ...label, width: label.width + disc }
}

/** What became of it: which attempt, then an error. */
export function saidOfJob({ state, runs }: SceneJob): Part[] {
  const last = runs.at(-1)
  const said = {
    stored: { text: last ? 'will be tried again' : 'stored', tone: 'busy', weight: 600 },
    running: { text: `… attempt ${last?.attempt ?? 1}`, tone: 'busy', weight: 600 },
    succeeded: { text: `✓ attempt ${last?.attempt ?? 1}`, tone: 'good', weight: 600 },
    failed: { text: `✗ attempt ${last?.attempt ?? 1}`, tone: 'bad', weight: 600 },
  } as const
  const error = state === 'failed' ? last?.error : undefined
  if (error === undefined) return [said[state]]
  return [said[state], { text: shortError(error), tone: 'bad', weight: 400 }]
}

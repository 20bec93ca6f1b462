/** What else there was in the time of a request: the heartbeat, holes, workers, jobs. */
import type { Scene, SceneRequest } from '../scene'
import { shortName } from '../words'
import { loopsOf } from './activity'
import { asOf } from './as-of'
import { drawAttempts, saidOfJob } from './jobs-lane'
import { drawBeat, drawCurtains, drawHoles } from './loops-lane'
import type { Canvas } from './marks'
import { mostRowsShown } from './request-rows'
import type { Row } from './rows'
import type { View } from './view'
import { drawCalls } from './workers-lane'

const mostJobs = 6

/** `row` makes room for one more, with its name and what became of it. Returns where the next one would stand. */
export function drawSurroundings(
  canvas: Canvas,
  scene: Scene,
  request: SceneRequest,
  view: View,
  top: number,
  from: number,
  row: (
    name: string,
    y: number,
    more?: Pick<Row, 'said' | 'error'>,
  ) => { y: number; height: number },
): number {
  const { time, layer, sizes } = canvas
  const begin = request.at - (request.waited ?? 0)
  const isIn = (at: number, end: number | undefined) => at < time.end && (end ?? Infinity) > begin
  let y = from
  const more = request.tasks.length + 1 - mostRowsShown
  if (more > 0) {
    const at = row(`${more} more tasks`, y)
    y = at.y + at.height
  }
  // As it was at the end of the request: what goes on after that is not its own.
  const { workers, jobs } = asOf({ ...scene, requests: [], polls: [], loops: [] }, time.end)
  const then = { ...view, now: time.end }
  const loops = loopsOf(scene).filter(({ process }) => process === request.process)
  for (const loop of loops) {
    const at = row('Event loop', y)
    const beatY = at.y + (at.height - sizes.beat) / 2
    const holes = loop.holes.filter((hole) => isIn(hole.from, hole.to))
    drawBeat(canvas, { ...loop, holes }, beatY)
    const shown = holes.map((hole) => ({
      from: Math.max(hole.from, begin),
      to: Math.min(hole.to, time.end),
    }))
    drawHoles(canvas, { ...loop, holes }, view, beatY, { from: begin, to: time.end })
    drawCurtains(canvas, [{ ...loop, holes: shown }], { ...layer, height: beatY }, top)
    y = at.y + at.height
  }
  for (const worker of workers) {
    const calls = worker.calls.filter(({ at, end }) => isIn(at, end))
    if (!calls.length) continue
    const at = row(worker.name, y)
    const rowY = at.y + (at.height - sizes.row) / 2
    drawCalls(canvas, { ...worker, calls }, then, rowY)
    y = at.y + at.height
  }
  for (const job of jobsOf({ jobs }, request, time.end)) {
    const { error } = job.runs.at(-1) ?? {}
    const said = { said: saidOfJob(job), ...(error === undefined ? {} : { error }) }
    const at = row(shortName(job.name), y, said)
    const runs = job.runs.filter((run) => isIn(run.at, run.end))
    drawAttempts(canvas, { ...job, runs }, at.y + (at.height - sizes.row) / 2)
    y = at.y + at.height
  }
  return y
}

/** Those that were stored while it was served, and not too many. */
export function jobsOf({ jobs }: Pick<Scene, 'jobs'>, request: SceneRequest, end: number) {
  return jobs.filter((job) => job.at >= request.at && job.at <= end).slice(0, mostJobs)
}

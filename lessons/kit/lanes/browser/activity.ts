/** When something ran, was blocked or was told: what of a scene has to be seen, and when the last of it was over. */
import { endOf, type Scene, type SceneLoop, type Span } from '../scene'

/** In milliseconds: after this without anything, nothing happens. */
export const idleAfter = 1_000
/** In milliseconds. What blocks for as long as this is meant to be seen, whenever it is; less, and a machine is busy. */
export const longHole = 300

/** When something ran, was blocked or was told; what is at most a second apart is one stretch. */
export function stretchesOf(scene: Scene, now: number): Span[] {
  const activity = merge(activityOf(scene, now), idleAfter)
  return merge([...activity, ...tellingHoles(scene, activity)], idleAfter)
}

/** The end of what was done last. */
export function lastEndOf(scene: Scene, now: number): number | undefined {
  const activity = merge(activityOf(scene, now), idleAfter)
  return [...activity, ...tellingHoles(scene, activity)].reduce<number | undefined>(
    (latest, { to }) => Math.max(latest ?? to, to),
    undefined,
  )
}

/**
 * The loops of processes that do something besides showing pages. While nobody has, that of the process which began last:
 * it needs the others.
 */
export function loopsOf(scene: Scene): SceneLoop[] {
  const doers = new Set([
    ...scene.requests
      .filter(({ method, tasks }) => tasks.length || method !== 'GET')
      .map(({ process }) => process),
    ...scene.workers.map(({ process }) => process),
    ...scene.jobs.flatMap(({ runs }) => runs.map(({ process }) => process)),
  ])
  const active = scene.loops.filter(({ process }) => doers.has(process))
  return active.length ? active : scene.loops.slice(-1)
}

/** As few spans as hold these: those at most `gap` apart are one. */
export function merge(spans: readonly Span[], gap: number): Span[] {
  const merged: Span[] = []
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last && from - last.to <= gap) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

/**
 * A short hole in a quiet time is a machine that is busy with something else, and nobody waited: it neither moves what a
 * reader looks at nor keeps that time from being folded. No more does a hole in a loop that is not drawn.
 */
function tellingHoles(scene: Scene, activity: readonly Span[]): Span[] {
  const isNear = ({ from, to }: Span) =>
    activity.some((span) => from <= span.to + idleAfter && to >= span.from - idleAfter)
  return loopsOf(scene)
    .flatMap(({ holes }) => holes)
    .filter((hole) => hole.to - hole.from >= longHole || isNear(hole))
}

function activityOf(scene: Scene, now: number): Span[] {
  const spans: Span[] = []
  for (const request of scene.requests)
    if (!request.isPoll)
      spans.push({ from: request.at - (request.waited ?? 0), to: endOf(request, now) })
  for (const { calls, to, error } of scene.workers) {
    for (const { at, end } of calls) spans.push({ from: at, to: end ?? now })
    if (to !== undefined && error !== undefined) spans.push({ from: to, to })
  }
  for (const { at, runs } of scene.jobs) {
    spans.push({ from: at, to: at })
    for (const run of runs) spans.push({ from: run.at, to: run.end ?? now })
  }
  for (const { at } of scene.flags) spans.push({ from: at, to: at })
  return spans
}

/** A scene as it was: for a picture that is paused, or that shows what was before. */
import type { Scene, SceneCall, SceneRequest, SceneTask, Span } from '../scene'

export function asOf(scene: Scene, now: number): Scene {
  const came = <Thing extends { at: number }>(things: readonly Thing[]) =>
    things.filter(({ at }) => at <= now)
  return {
    now: Math.min(scene.now, now),
    requests: came(scene.requests).map((request) => requestAsOf(request, now)),
    polls: scene.polls.map((poll) => ({
      ...poll,
      times: poll.times.filter((time) => time <= now),
    })),
    loops: scene.loops.map(({ process, alive, holes, ended }) => ({
      process,
      alive: spansUntil(alive, now),
      holes: spansUntil(holes, now),
      ...upTo(now, { ended }),
    })),
    workers: scene.workers
      .filter(({ from }) => from <= now)
      .map(({ to, error, ...worker }) => ({
        ...worker,
        ...upTo(now, { to }),
        ...(error !== undefined && to !== undefined && to <= now ? { error } : {}),
        calls: came(worker.calls).map((call) => callAsOf(call, now)),
      })),
    jobs: came(scene.jobs).map((job) => {
      const runs = came(job.runs).map((run) => callAsOf(run, now))
      const last = runs.at(-1)
      const isSame = last?.end === job.runs.at(-1)?.end && runs.length === job.runs.length
      return {
        ...job,
        runs,
        state: isSame ? job.state : last?.state === 'running' ? 'running' : 'stored',
      }
    }),
    flags: came(scene.flags),
  }
}

function requestAsOf(request: SceneRequest, now: number): SceneRequest {
  const { answered, sent, lost, code, tasks, ...rest } = request
  return {
    ...rest,
    ...upTo(now, { answered, sent, lost }),
    ...(code !== undefined && answered !== undefined && answered <= now ? { code } : {}),
    tasks: tasks.filter(({ since }) => since <= now).map((task) => taskAsOf(task, now)),
  }
}

function taskAsOf(task: SceneTask, now: number): SceneTask {
  if ((task.end ?? task.at ?? task.since) <= now) return task
  const { at, end: _end, error: _error, stoppedBy: _stoppedBy, ...rest } = task
  return at !== undefined && at <= now
    ? { ...rest, at, state: 'running' }
    : { ...rest, state: 'waiting' }
}

function callAsOf<Call extends Omit<SceneCall, 'id' | 'name'>>(call: Call, now: number): Call {
  if (call.end === undefined || call.end <= now) return call
  const open = { ...call, state: 'running' as const }
  delete open.end
  delete open.error
  return open
}

function spansUntil(spans: readonly Span[], now: number): Span[] {
  return spans
    .filter(({ from }) => from < now)
    .map(({ from, to }) => ({ from, to: Math.min(to, now) }))
}

/** Those of the times that were before then. */
function upTo<Name extends string>(now: number, times: Record<Name, number | undefined>) {
  const known = Object.entries<number | undefined>(times).filter(
    ([, time]) => time !== undefined && time <= now,
  )
  return Object.fromEntries(known) as Partial<Record<Name, number>>
}

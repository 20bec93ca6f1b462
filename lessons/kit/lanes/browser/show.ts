/** Marks by other names: how other parts of a page name them, and what they are told of one. */
import type { Place } from '../events'
import { endOf, type Scene } from '../scene'
import { find, findJob } from './details'
import { jobKey, requestKey, rowKey } from './view'

/** A request by its key, one of its tasks by its id, a job by its key, or a disc by its number. */
export type Show = { request?: string; task?: number; job?: string; proof?: number }

/** The key of the mark; undefined while there is none. */
export function keyOfShow(
  what: Show,
  scene: Scene,
  proofs: ReadonlyMap<string, number>,
): string | undefined {
  if (what.proof !== undefined) return [...proofs].find(([, number]) => number === what.proof)?.[0]
  if (what.job !== undefined) return jobKey(what.job)
  const request = scene.requests.find(({ key }) => key === what.request)
  if (!request || what.task === undefined) return request?.key
  const index = request.tasks.findIndex(({ id }) => id === what.task)
  return index === -1 ? request.key : rowKey(request.key, index)
}

/** When a mark is over; undefined where there is none of this key. */
export function endOfMark(scene: Scene, key: string, now: number): number | undefined {
  const request = find(scene, key)?.request
  if (request) return endOf(request, now)
  const job = findJob(scene, key)
  if (!job) return undefined
  return job.state === 'stored' || job.state === 'running' ? now : (job.runs.at(-1)?.end ?? job.at)
}

/** The line that added the task of a mark, and the name of the task; of a request, that of its first task. */
export function placeOf(scene: Scene, key: string): (Place & { own?: string }) | undefined {
  const found = find(scene, key)
  const task =
    found?.task ?? (found && key === requestKey(key) ? found.request.tasks[0] : undefined)
  return task?.place && { ...task.place, own: task.name }
}

/** The request that an address points to: `#request-app-1-7`. */
export function showOfHash(hash: string): Show | undefined {
  const request = /^#request-(.+)$/.exec(hash)?.[1]
  return request === undefined ? undefined : { request: decodeURIComponent(request) }
}

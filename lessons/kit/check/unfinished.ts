/** What a run that does not come to an end is busy with, as far as its events tell. */
import type { LaneEvent, Place } from '../lanes/events'
import { whereIs } from './explain'

type Unfinished = { words: string; place?: Place }

/** The task that runs or, without one, the request that is not answered. */
export function unfinishedIn(events: readonly LaneEvent[], folder: string): Unfinished | undefined {
  const tasks = new Map<number, string>()
  const requests = new Map<number, string>()
  for (const event of events) {
    if (event.type === 'task' && event.status === 'running') tasks.set(event.id, event.name)
    else if (event.type === 'task') tasks.delete(event.id)
    else if (event.type === 'request' && event.status === 'arrived')
      requests.set(event.id, `${event.method} ${event.path}`)
    else if (event.type === 'request') requests.delete(event.id)
  }
  const [task] = tasks.values()
  const [request] = requests.values()
  if (task !== undefined) {
    const place = whereIs(task, folder, /\bfunction\b|=>/)
    return { words: `The task ${task} does not end`, ...(place && { place }) }
  }
  if (request === undefined) return undefined
  const place = whereIs(`'${request.split(' ')[1]}'`, folder, /\.\w+\(/)
  return { words: `${request} is not answered`, ...(place && { place }) }
}

/** How much room requests get: a row for each of their tasks, or one for all of a request. */
import { endOf, type SceneRequest } from '../scene'

export type Density = 'full' | 'compact'

const mostAtOnce = 4
/** With more, the lanes below would be out of sight. */
const mostTasks = 16
/** More are drawn without labels. */
export const mostRows = 60

/** Labels of tasks only where there are few requests at once, none of which has very many. */
export function densityOf(requests: readonly SceneRequest[], now: number): Density {
  const rows = requests.reduce((sum, { tasks }) => sum + tasks.length + 1, 0)
  if (rows > mostRows || requests.some(({ tasks }) => tasks.length > mostTasks)) return 'compact'
  const ends: number[] = []
  for (const request of requests) {
    const running = ends.filter((end) => end > request.at)
    ends.splice(0, ends.length, ...running, endOf(request, now))
    if (ends.length > mostAtOnce) return 'compact'
  }
  return 'full'
}

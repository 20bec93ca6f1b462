/** The newest request in one line: a narrow screen shows it below every panel. */
import type { Scene } from '../lanes/scene'
import { figureOfRequest, nameOfRequest, shortError } from '../lanes/words'

export type Last = {
  name: string
  code: string
  words: string
  state: '' | 'good' | 'bad' | 'busy'
}

export function lastOf({ requests, now }: Scene): Last | undefined {
  // A page that is looked at asks for styles and scripts as well: a press says more.
  const request =
    requests.findLast(({ method, tasks }) => tasks.length > 0 || !['GET', ''].includes(method)) ??
    requests.findLast(({ isPoll, method }) => !isPoll && method !== '')
  if (!request) return undefined
  const { tasks } = request
  const said = { name: nameOfRequest(request), code: String(request.code ?? '') }
  const failed = tasks.find(({ state }) => state === 'failed')
  if (failed)
    return { ...said, words: `✗ ${shortError(failed.error ?? failed.name)}`, state: 'bad' }
  const open = tasks.find(({ state }) => state === 'running' || state === 'waiting')
  if (open) return { ...said, words: `… ${open.name}`, state: 'busy' }
  if (tasks.length === 0) return { ...said, words: figureOfRequest(request, now), state: '' }
  return {
    ...said,
    words: `✓ ${tasks.length === 1 ? 'its task' : `${tasks.length} tasks`}`,
    state: 'good',
  }
}

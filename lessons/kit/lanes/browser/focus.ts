/** From one mark to the next by the keys. */
import type { Scene, SceneRequest } from '../scene'
import { requestKey, rowKey } from './view'

export type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

export const moves: Partial<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
}

/** Left and right from request to request, up and down within one. Without a focus, every way leads to the newest. */
export function nextFocus(
  { requests }: Scene,
  focus: string | undefined,
  move: Move,
): string | undefined {
  const all = requests.filter(({ isPoll }) => !isPoll)
  const index = focus === undefined ? -1 : all.findIndex(({ key }) => key === requestKey(focus))
  const current = all[index]
  if (focus === undefined || !current) return keysOf(all.at(-1))[0]
  const rows = keysOf(current)
  const row = rows.indexOf(focus)
  const ways = {
    left: keysOf(all[Math.max(0, index - 1)])[0],
    right: keysOf(all[Math.min(all.length - 1, index + 1)])[0],
    up: rows[Math.max(0, row - 1)],
    down: rows[Math.min(rows.length - 1, row + 1)],
    first: keysOf(all[0])[0],
    last: keysOf(all.at(-1))[0],
  }
  return ways[move]
}

function keysOf(request: SceneRequest | undefined): string[] {
  if (!request) return []
  const own = request.method === '' ? [] : [request.key]
  return [...own, ...request.tasks.map((_, index) => rowKey(request.key, index))]
}

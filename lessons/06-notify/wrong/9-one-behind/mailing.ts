/** How a mailing stands: totals, never differences. */
export type Change = {
  id: number
  sent: number
  refused: number
  left: number
}

const kept: Change[] = [] // the latest 20 only
const waiting = new Set<() => void>()
let current: Change = { id: 0, sent: 0, refused: 0, left: 0 }

/** How it stands at this moment. */
export function now(): Change {
  return current
}

/** Every change with a number above `id`, until all is sent. */
export async function* changesAfter(id: number) {
  for (;;) {
    const change = kept.find((one) => one.id > id)
    if (change) {
      id = change.id
      yield change
    } else if (current.left === 0 && current.id > 0) return
    else await new Promise<void>((wake) => waiting.add(wake))
  }
}

export function begin(left: number) {
  become({ sent: 0, refused: 0, left })
}

/** One mail has gone, or was refused. */
export function step(isRefused: boolean) {
  const sent = current.sent + Number(!isRefused)
  const refused = current.refused + Number(isRefused)
  become({ sent, refused, left: current.left - 1 })
}

function become(next: Omit<Change, 'id'>) {
  current = { id: current.id + 1, ...next }
  kept.push(current)
  if (kept.length > 20) kept.shift()
  for (const wake of waiting) wake()
  waiting.clear()
}

import { Mailing } from './mailing'

const mostKept = 20
const kept = new Map<string, Mailing>()

/** The newest first. */
export function list(): Mailing[] {
  return [...kept.values()].toReversed()
}

/** Of an earlier life of the program we know nothing. */
export function find(id: string): Mailing | undefined {
  return kept.get(id)
}

/** Forgets the oldest that is over, or has no room. */
export function add(addresses: string[]): Mailing | undefined {
  if (kept.size === mostKept) {
    const oldest = [...kept.values()].find(
      ({ changes }) => changes.isOver,
    )
    if (!oldest) return undefined
    kept.delete(oldest.id)
  }
  const mailing = new Mailing(addresses)
  kept.set(mailing.id, mailing)
  return mailing
}

/** How many times as long as usual all takes here: a laptop that is busy, or on its battery, needs more time for the same. */

/** Milliseconds from the start of a process until a check is loaded. A quick machine takes a third of that. */
const usual = 150

/** More would let people wait too long for what never comes. */
const most = 4

let measured = 1

/** Called once, when the check is loaded. */
export function measureSlowness(sinceStart = performance.now()): number {
  return (measured = Math.min(most, Math.max(1, sinceStart / usual)))
}

/** From 1 to 4: as measured in the process that asks. */
export function slowness(): number {
  return measured
}

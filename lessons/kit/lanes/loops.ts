/** The event loops of a scene: when they turned, when they did not, and when their process ended. */
export type Span = { from: number; to: number }

export type SceneLoop = { process: string; alive: Span[]; holes: Span[]; ended?: number }

/** Two spans this close are one: the beats between them are 25 ms apart. */
const oneBeat = 60
const mostSpans = 2_000

export class Loops {
  readonly byProcess = new Map<string, SceneLoop>()

  alive(process: string, { from, to }: Span): void {
    const { alive, holes } = this.of(process)
    const last = alive.at(-1)
    const hole = holes.at(-1)
    const isBroken = hole !== undefined && last !== undefined && hole.to > last.to
    if (last && !isBroken && from >= last.from && from - last.to <= oneBeat)
      last.to = Math.max(to, last.to)
    else alive.push({ from, to })
  }

  hole(process: string, { from, to }: Span): void {
    this.of(process).holes.push({ from, to })
  }

  end(process: string, at: number): void {
    const loop = this.byProcess.get(process)
    if (loop) loop.ended ??= at
  }

  begin(process: string): void {
    delete this.byProcess.get(process)?.ended
  }

  forget(time: number): void {
    for (const [process, loop] of this.byProcess) {
      loop.alive = later(loop.alive, time)
      loop.holes = later(loop.holes, time)
      if (!loop.alive.length && !loop.holes.length) this.byProcess.delete(process)
    }
  }

  private of(process: string): SceneLoop {
    const known = this.byProcess.get(process)
    if (known) return known
    const loop: SceneLoop = { process, alive: [], holes: [] }
    this.byProcess.set(process, loop)
    return loop
  }
}

function later(spans: Span[], time: number): Span[] {
  return spans
    .filter(({ to }) => to >= time)
    .slice(-mostSpans)
    .map(({ from, to }) => ({ from: Math.max(from, time), to }))
}

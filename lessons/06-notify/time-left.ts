// Fewer mails say too little about the others.
const enough = 20
// Seconds until news counts for two thirds.
const memory = 10

/** Counts the seconds of work; a pause is none. */
export class Stopwatch {
  private seconds = 0
  // Seconds for all mails: as it is now, and as we say.
  private average: number | undefined = undefined
  private all: number | undefined = undefined
  private last = 0
  private since: number | undefined = performance.now()

  start() {
    this.since ??= performance.now()
  }

  stop() {
    this.seconds = this.worked()
    this.since = undefined
  }

  worked(): number {
    if (this.since === undefined) return this.seconds
    return this.seconds + (performance.now() - this.since) / 1000
  }

  /** From the average so far. It follows slowly: it does not jump. */
  timeLeft(done: number, left: number): number | undefined {
    if (done < enough) return undefined
    const worked = this.worked()
    const passed = worked - this.last
    // Of twenty mails in one moment the last one counts.
    if (passed > 0 && this.average !== undefined) {
      this.all ??= this.average
      const weight = 1 - Math.exp(-passed / memory)
      this.all += (this.average - this.all) * weight
    }
    this.last = worked
    this.average = (worked / done) * (done + left)
    if (left === 0) return 0
    return this.all && Math.max(0, this.all - worked)
  }
}

/** In steps that nobody has to watch. */
export function inWords(seconds: number | undefined): string {
  if (seconds === undefined) return '…'
  if (seconds < 5) return 'seconds'
  if (seconds > 90) return `${Math.round(seconds / 60)} min`
  return `${Math.ceil(seconds / 10) * 10} s`
}

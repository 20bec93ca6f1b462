// Fewer mails say too little about the others.
const enough = 20

/** Counts the seconds of work; a pause is none. */
export class Stopwatch {
  private seconds = 0
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

  /** From the average of all mails so far: it does not jump. */
  timeLeft(done: number, left: number): number | undefined {
    return done < enough ? undefined : (this.worked() / done) * left
  }
}

/** In steps that nobody has to watch. */
export function inWords(seconds: number | undefined): string {
  if (seconds === undefined) return '…'
  if (seconds < 5) return 'seconds'
  if (seconds > 90) return `${Math.round(seconds / 60)} min`
  return `${Math.ceil(seconds / 10) * 10} s`
}

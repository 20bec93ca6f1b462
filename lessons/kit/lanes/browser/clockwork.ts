/** When to draw: at the next frame, many times a second while time is seen to flow, or once a second. */

/** Between two pictures, in milliseconds, at least. */
const flowing = 33
/** A picture about this wide moves by half a pixel in a zoom's two thousandth part. */
const halfPixels = 1_400
const second = 1_000

export class Clockwork {
  private isScheduled = false
  private isWaiting = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private drawnAt = -Infinity

  constructor(private readonly draw: () => void) {}

  soon(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.stop()
    requestAnimationFrame((now) => {
      this.isScheduled = false
      const wait = this.drawnAt + flowing - now
      if (wait > 4) return this.after(wait)
      this.drawnAt = now
      this.draw()
    })
  }

  /** Again when something has moved by half a pixel, with `zoom` milliseconds in view. */
  flow(zoom: number): void {
    const wait = Math.min(second, zoom / halfPixels)
    if (wait <= flowing) this.soon()
    else this.after(wait)
  }

  inASecond(): void {
    if (!this.isWaiting && !this.isScheduled) this.after(second)
  }

  private after(wait: number): void {
    if (this.isScheduled) return
    this.stop()
    this.isWaiting = true
    this.timer = setTimeout(() => {
      this.isWaiting = false
      this.soon()
    }, wait)
  }

  private stop(): void {
    clearTimeout(this.timer)
    this.isWaiting = false
  }
}

/** What the lanes show, and how it changes: by the clock, by buttons and by keys. No element is touched here. */
import { isOpen, type Scene } from '../scene'
import { lastEndOf } from './activity'
import { asOf } from './as-of'
import { type Move, nextFocus } from './focus'
import { flowsFor } from './time'
import { requestKey, type View, zoomSteps } from './view'
import { holdsLastTwo, zoomFor } from './zoom'

export class State {
  zoom = 2_000
  /** The time that is shown, where the picture does not follow. */
  until: number | undefined
  isPaused = false
  isFit = false
  isText = false
  showsPolls = false
  focus: string | undefined
  private isAuto = true
  private newest: string | undefined
  private wasQuiet = true
  private end: number | undefined

  get isFollowing(): boolean {
    return this.until === undefined
  }

  /** The scene that is shown. */
  shown(scene: Scene): Scene {
    return this.until === undefined ? scene : asOf(scene, this.until)
  }

  follow(): void {
    this.until = undefined
    this.isPaused = false
    this.isAuto = true
    this.newest = undefined
    this.wasQuiet = true
    this.focus = undefined
  }

  pause(now: number): void {
    if (this.isPaused) return this.follow()
    this.isPaused = true
    this.until ??= now
  }

  /** The picture stands still for what has focus, and shows a time at which that is there and over. */
  setFocus(key: string | undefined, scene: Scene, now: number): void {
    this.focus = key
    if (key === undefined) return
    this.until ??= now
    const request = scene.requests.find((one) => one.key === requestKey(key))
    if (request && request.at > this.until) this.until = now
  }

  /** For a request that has left the view at the left: shows the time at which it ended. */
  goBackTo(end: number, now: number): void {
    this.until = Math.min(now, end + 200)
  }

  move(scene: Scene, move: Move, now: number): string | undefined {
    const key = nextFocus(scene, this.focus, move)
    this.setFocus(key, scene, now)
    return key
  }

  zoomBy(steps: 1 | -1): void {
    const index = zoomSteps.findIndex((step) => step === this.zoom)
    this.zoom = zoomSteps[index + steps] ?? this.zoom
    this.isAuto = false
  }

  fit(): void {
    this.isFit = !this.isFit
    this.isAuto = true
    this.newest = undefined
    this.wasQuiet = true
  }

  /** Changes between requests only, or when one that runs outgrows the view. */
  chooseZoom(scene: Scene, view: View): void {
    const requests = scene.requests.filter(({ isPoll }) => !isPoll)
    const newest = requests.at(-1)?.key
    const isQuiet = !requests.some(isOpen)
    // A job, or a worker, goes on when the request that it came from is long over.
    const end = lastEndOf(scene, view.now)
    const isNews = newest !== this.newest || !isQuiet || !this.wasQuiet || end !== this.end
    if (this.isAuto && this.isFollowing && isNews) {
      const mayShrink = newest !== this.newest && this.wasQuiet
      if (mayShrink || !holdsLastTwo(scene, { ...view, zoom: this.zoom })) {
        const zoom = zoomFor(scene, view)
        this.zoom = mayShrink ? zoom : Math.max(zoom, this.zoom)
      }
    }
    this.newest = newest
    this.wasQuiet = isQuiet
    this.end = end
  }

  /** In place of 'now', where the picture is not of now. `lostAt`: since when nothing can be heard. */
  nowSays(lostAt: number | undefined): string | undefined {
    if (lostAt !== undefined)
      return `not connected since ${Math.floor((Date.now() - lostAt) / 1_000)} s`
    if (this.isFollowing) return undefined
    return this.isPaused ? 'paused' : 'not following'
  }

  /** Whether the picture changes by time alone. */
  flows(scene: Scene, now: number): boolean {
    const end = lastEndOf(scene, now)
    return this.isFollowing && end !== undefined && now - end < flowsFor(this.zoom)
  }
}

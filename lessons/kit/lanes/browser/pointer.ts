/** Tells what shows source files where a task was added. */
import type { Scene } from '../scene'
import { lastTwo } from './compare'
import { placeOf } from './show'

export class Pointer {
  private followed: string | undefined

  /** To the line of the mark with this key. */
  tell(scene: Scene, key: string | undefined): boolean {
    const detail = key === undefined ? undefined : placeOf(scene, key)
    if (!detail) return false
    return document.dispatchEvent(new CustomEvent('lanes:place', { detail }))
  }

  /** Where nobody points at anything: to the newest request, once. */
  follow(scene: Scene): void {
    const key = lastTwo(scene.requests).at(-1)?.key
    if (key !== this.followed && this.tell(scene, key)) this.followed = key
  }
}

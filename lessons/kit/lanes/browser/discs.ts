/** Numbers on marks, from 1: those of the discs that another part of the page shows. */
import type { Scene } from '../scene'
import { keyOfShow, type Show } from './show'

export class Discs {
  private marks: readonly Show[] = []
  /** The number of a mark, by its key. A mark has it once it is there. */
  private found: ReadonlyMap<string, number> = new Map()

  get numbers(): ReadonlyMap<string, number> {
    return this.found
  }

  number(marks: readonly Show[]): void {
    this.marks = marks
    this.found = new Map()
  }

  /** Whether a mark has been found that was not there before. */
  find(scene: Scene): boolean {
    if (this.found.size === this.marks.length) return false
    const found = this.marks.flatMap((mark, index) => {
      const key = keyOfShow(mark, scene, this.found)
      return key === undefined ? [] : [[key, index + 1] as const]
    })
    if (found.length === this.found.size) return false
    this.found = new Map(found)
    return true
  }
}

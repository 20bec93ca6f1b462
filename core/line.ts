/**
 * Tasks in a line, first come, first out. Each carries the link to the one behind it: most lists have one task, and an
 * array of its own would cost as much as the task.
 */
import type { BackgroundTask } from './task'

export class TaskLine {
  private first: BackgroundTask | null = null
  private last: BackgroundTask | null = null
  protected length = 0

  protected push(task: BackgroundTask): void {
    task.after = null
    if (this.last) this.last.after = task
    else this.first = task
    this.last = task
    this.length++
  }

  protected shift(): BackgroundTask | undefined {
    const task = this.first
    if (!task) return undefined
    this.first = task.after ?? null
    if (this.first) task.after = null
    else this.last = null
    this.length--
    return task
  }

  protected get waiting(): BackgroundTask[] {
    const waiting: BackgroundTask[] = []
    for (let task = this.first; task; task = task.after ?? null) waiting.push(task)
    return waiting
  }

  /** Empties the line and returns what was in it. */
  protected clear(): BackgroundTask[] {
    const { waiting } = this
    this.first = null
    this.last = null
    this.length = 0
    for (const task of waiting) task.after = null
    return waiting
  }
}

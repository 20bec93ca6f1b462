/** Where tasks were added: what is left of a place when the error of a task was thrown in somebody else's code. */
import { subscribe } from '../../../core'
import type { Place } from '../lanes/events'
import { placeInStack } from './explain'

/** Watches from now on. Gives a function that knows the place of a task. */
export function watchAdded(folder: string): (task: object) => Place | undefined {
  const places = new WeakMap<object, Place>()
  subscribe(({ status, task }) => {
    // Whoever adds it stands in this stack.
    const place = status === 'waiting' && placeInStack(new Error().stack ?? '', folder)
    if (place) places.set(task, place)
  })
  return (task) => places.get(task)
}

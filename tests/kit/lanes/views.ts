/** What tests of the lanes look at, and with which letters. */
import type { Layer } from '../../../lessons/kit/lanes/browser/picture'
import { type View, wide } from '../../../lessons/kit/lanes/browser/view'
import { stories } from './scenes'
import { beginning, type Story } from './story'

export function named(title: string): Story {
  const story = stories.find((one) => one.title === title)
  if (!story) throw new Error(`No story is called "${title}"`)
  return story
}

export function viewOf(end: number, width: number, zoom: number): View {
  return { width, sizes: wide, measure, now: beginning + end, zoom }
}

/** Letters as wide as those of a wide font; the wide ones are wider. */
export function measure(text: string, weight: number, size: number): number {
  let sum = 0
  for (const letter of text) sum += letter > '\u2e80' ? 1.1 : 0.6
  return sum * size * (weight > 400 ? 1.1 : 1)
}

export function textsOf(layer: Layer | undefined): string[] {
  return layer?.labels.map(textOf) ?? []
}

export function textOf({ parts }: Layer['labels'][number]): string {
  return parts.map(({ text }) => text).join('')
}

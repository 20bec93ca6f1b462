/** How wide a text will be, in the font of the lanes: asked once for each text, and remembered within bounds. */
import type { Measure } from './view'

const most = 5_000

export function textMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d')
  const known = new Map<string, number>()
  return (text, weight, size) => {
    const key = `${weight} ${size} ${text}`
    const before = known.get(key)
    if (before !== undefined) return before
    if (!context) return text.length * size * 0.6
    context.font = `${weight} ${size}px system-ui, sans-serif`
    const { width } = context.measureText(text)
    if (known.size >= most) known.clear()
    known.set(key, width)
    return width
  }
}

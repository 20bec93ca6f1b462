/** What the marks mean: those that are in the picture, and no others. */
import { swatch } from './draw-bar'
import { element, type Node } from './elements'
import type { Kind } from './picture'

const words: [Kind, string][] = [
  ['request', 'request'],
  ['short', 'shorter than drawn'],
  ['tail', 'may have waited'],
  ['wait', 'waits its turn'],
  ['running', '… running'],
  ['succeeded', '✓ succeeded'],
  ['failed', '✗ failed'],
  ['skipped', 'never started'],
  ['beat', 'event loop beats'],
  ['hole', 'blocked, nobody served'],
  ['fold', 'idle, folded'],
  ['poll', 'the page asks again'],
]

export function legend(kinds: ReadonlySet<Kind>): Node[] {
  return words
    .filter(([kind]) => kinds.has(kind))
    .map(([kind, text]) =>
      element(
        'li',
        {},
        element('svg', { width: 30, height: 18, 'aria-hidden': 'true' }, ...swatch(kind)),
        text,
      ),
    )
}

/** The hatches and dots of all pictures of a page. In an SVG that is not displayed they would vanish, so it has no size. */
import { element, type Node } from './elements'

export function patterns(): Node {
  return element(
    'svg',
    { class: 'patterns', width: 0, height: 0, 'aria-hidden': 'true' },
    element(
      'defs',
      {},
      pattern(
        'failed',
        5,
        'rotate(45)',
        element('rect', { class: 'fill-card', width: 5, height: 5 }),
        element('rect', { class: 'fill-bad', width: 2.6, height: 5 }),
      ),
      pattern(
        'running',
        6,
        undefined,
        element('rect', { class: 'fill-card', width: 6, height: 6 }),
        element('circle', { class: 'fill-busy', cx: 3, cy: 3, r: 1.7 }),
      ),
      pattern(
        'hole',
        7,
        'rotate(-45)',
        element('rect', { class: 'fill-hole', width: 7, height: 7 }),
        element('rect', { class: 'fill-hole-edge', width: 1.2, height: 7 }),
      ),
    ),
  )
}

function pattern(
  name: string,
  size: number,
  patternTransform: string | undefined,
  ...inside: Node[]
): Node {
  const attributes = {
    id: `lanes-${name}`,
    width: size,
    height: size,
    patternUnits: 'userSpaceOnUse',
    patternTransform,
  }
  return element('pattern', attributes, ...inside)
}

/** Bars as SVG: their shape says what they are, their colour says it again. */
import { element, type Node } from './elements'
import type { Bar, Kind } from './picture'
import { type Sizes, wide } from './view'

const tone = {
  request: 'accent',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'quiet',
} as const

export function drawBar(bar: Bar, sizes: Sizes): Node[] {
  const { x, y, width, height, state, isShort, isCut, number } = bar
  return [
    ...shapes[state](bar, sizes),
    ...(isShort
      ? [
          element('path', {
            class: `fill-${tone[state]}`,
            d: pin(x + width / 2, y - (state === 'request' ? 4.5 : 4), sizes.least),
          }),
        ]
      : []),
    ...(isCut && width > 8
      ? [
          element('path', {
            class: 'cut',
            d: `M${n(x + 7)} ${n(y + 2)}L${n(x + 2)} ${n(y + height / 2)}L${n(x + 7)} ${n(y + height - 2)}z`,
          }),
        ]
      : []),
    ...(number === undefined ? [] : numberIn(bar, number)),
  ]
}

const shapes: Record<Bar['state'], (bar: Bar, sizes: Sizes) => Node[]> = {
  request: ({ x, y, width, height, isOpen }) => [
    element('rect', {
      class: `fill-accent${isOpen ? ' breathes' : ''}`,
      x: n(x),
      y: n(y - 1),
      width: n(width),
      height: height + 2,
    }),
  ],
  succeeded: ({ x, y, width, height, isCut }) => {
    const rx = width > 8 && !isCut ? 3 : 0
    return [element('rect', { class: 'fill-good', x: n(x), y: n(y), width: n(width), height, rx })]
  },
  failed: ({ x, y, width, height }, { least }) => {
    const cap = Math.min(width, least)
    const hatch = { x: n(x), y: n(y + 0.75), width: n(width), height: height - 1.5 }
    const end = { x: n(x + width - cap), y: n(y - 2), width: n(cap), height: height + 4 }
    return [
      element('rect', { class: 'failed', ...hatch }),
      element('rect', { class: 'fill-bad', ...end }),
    ]
  },
  skipped: ({ x, y, width, height }) => [
    element('rect', {
      class: 'skipped',
      x: n(x + 1),
      y: n(y + 0.75),
      width: n(width - 1),
      height: height - 1.5,
      rx: 3,
    }),
  ],
  running: ({ x, y, width, height }) => {
    const [right, bottom] = [n(x + width), n(y + height - 0.75)]
    const d = `M${right} ${n(y + 0.75)}H${n(x)}V${bottom}H${right}`
    return [element('path', { class: 'running breathes', d })]
  },
}

/** 'Shorter than drawn': a triangle that stands on the bar. */
function pin(middle: number, top: number, least: number): string {
  const half = least * 1.5
  return `M${n(middle - half)} ${n(top)}h${half * 2}l${-half} ${least * 1.7}z`
}

function numberIn({ x, y, height }: Bar, number: number): Node[] {
  const text = String(number)
  const size = height - 1
  const width = size * (0.55 + 0.6 * text.length)
  return [
    element('rect', { class: 'fill-card', x: n(x + 5), y: n(y), width: n(width), height, rx: 3 }),
    element(
      'text',
      {
        class: 'middle bold',
        x: n(x + 5 + width / 2),
        y: n(y + height / 2 + size * 0.36),
        'font-size': size,
      },
      text,
    ),
  ]
}

const path = (name: string, d: string) => element('path', { class: name, d })

/** For the legend, 30 by 18 pixels: the marks that are no bars. */
const swatches: Partial<Record<Kind, Node[]>> = {
  wait: [path('line-wait', 'M2 9H28')],
  tail: [path('line-tail', 'M2 9H28')],
  beat: [path('beat', 'M2 9H28'), path('tick', 'M4 3v12M9 3v12M14 3v12M19 3v12M24 3v12')],
  hole: [
    element('rect', { class: 'curtain', x: 2, y: 2, width: 26, height: 14 }),
    path('curtain-edge', 'M2 2V16M28 2V16'),
  ],
  fold: [path('zigzag', 'M13 1l5 4l-5 4l5 4l-5 4')],
  poll: [path('line-tick', 'M7 5V13M15 5V13M23 5V13')],
}

/** The bars in the legend: where each begins, and how wide it is. */
const barSwatches: Partial<Record<Kind, { state: Bar['state']; x: number; width: number }>> = {
  request: { state: 'request', x: 9, width: 12 },
  short: { state: 'request', x: 13, width: 3 },
  running: { state: 'running', x: 2, width: 26 },
  succeeded: { state: 'succeeded', x: 2, width: 26 },
  failed: { state: 'failed', x: 2, width: 26 },
  skipped: { state: 'skipped', x: 6, width: 18 },
}

export function swatch(kind: Kind): Node[] {
  const bar = barSwatches[kind]
  if (!bar) return swatches[kind] ?? []
  const rest = { key: '', y: 4, height: 10, from: 0, to: 0, isCut: false, isOpen: false }
  return drawBar({ ...bar, ...rest, isShort: kind === 'short' }, wide)
}

/** A number with at most one digit behind the point. */
export function n(value: number): number {
  return Math.round(value * 10) / 10
}

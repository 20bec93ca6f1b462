/** A picture's marks as SVG, from below: folds, lines, tints, curtains, grounds of labels, bars and text, focus. */
import { drawBar, n } from './draw-bar'
import { element, type Node } from './elements'
import {
  type Box,
  boxOf,
  type Comb,
  type Disc,
  type Fold,
  type Histogram,
  type Label,
  type Layer,
  type Line,
  type LineKind,
} from './picture'
import type { Sizes } from './view'

/** In pixels. */
const leastEdged = 6

/** The id of the element of a mark, for what points to it. */
export function idOf(key: string): string {
  return `mark-${key}`
}

export function drawLayer(layer: Layer, width: number, left: number, sizes: Sizes): Node[] {
  const {
    tints,
    curtains,
    holes,
    combs,
    folds,
    lines,
    bars,
    labels,
    names,
    flags,
    discs,
    targets,
  } = layer
  const under = lines.filter(({ kind }) => isUnder(kind))
  const through = lines.filter(({ kind }) => !isUnder(kind))
  const gutter = left > 40 && sizes.gutter > 0 && names.length > 0
  return [
    group(
      'folds',
      folds.map((fold) => element('path', { class: 'zigzag', d: zigzag(fold) })),
    ),
    group('axis', linesOf(under)),
    group(
      'tints',
      tints.map((box) => element('rect', { class: 'tint', ...size(box), rx: 5 })),
    ),
    group('curtains', curtains.flatMap(drawCurtain)),
    group('beats', [
      ...combs.flatMap(drawComb),
      ...holes.map((box) => element('rect', { class: 'hole', ...size(box) })),
    ]),
    group('lines', linesOf(through)),
    group(
      'grounds',
      labels
        .filter(({ ground }) => ground)
        .map((label) =>
          element('rect', { class: `ground on-${label.ground}`, ...size(groundOf(label)) }),
        ),
    ),
    group('marks', [
      ...bars.flatMap((bar) => drawBar(bar, sizes)),
      ...flags.map(({ x, y }) =>
        element('path', {
          class: 'fill-quiet',
          d: `M${n(x)} ${n(y)}v${n(sizes.font * 0.9)}l${n(sizes.font * 0.7)} ${n(-sizes.font * 0.3)}z`,
        }),
      ),
      ...(layer.histogram ? drawHistogram(layer.histogram) : []),
    ]),
    group('texts', [...labels, ...(gutter ? [] : names)].map(drawLabel)),
    group('discs', discs.flatMap(drawDisc)),
    group('names', gutter ? names.map(drawLabel) : []),
    element('g', { class: 'targets' }, ...targets.map(drawTarget)),
  ]
}

/** Nothing of the picture is read out: the targets say all of it. */
function group(name: string, nodes: readonly Node[]): Node {
  return element('g', { class: name, 'aria-hidden': 'true' }, ...nodes)
}

function isUnder(kind: LineKind): boolean {
  return kind === 'grid' || kind === 'zero' || kind === 'flag' || kind === 'now' || kind === 'base'
}

/** One path for all lines of a kind. */
function linesOf(lines: readonly Line[]): Node[] {
  const byKind = Map.groupBy(lines, ({ kind }) => kind)
  return [...byKind].map(([kind, some]) =>
    element('path', {
      class: `line-${kind}`,
      d: some.map(({ x1, y1, x2, y2 }) => `M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}`).join(''),
    }),
  )
}

function drawComb({ x1, x2, y, height, ticks }: Comb): Node[] {
  const middle = n(y + height / 2)
  const beats = ticks.map((x) => `M${n(x)} ${n(y + 2)}v${height - 4}`).join('')
  return [
    element('path', { class: 'beat', d: `M${n(x1)} ${middle}H${n(x2)}` }),
    ...(beats === '' ? [] : [element('path', { class: 'tick', d: beats })]),
  ]
}

function drawCurtain(box: Box): Node[] {
  const [x1, x2, top, bottom] = [n(box.x), n(box.x + box.width), n(box.y), n(box.y + box.height)]
  const curtain = element('rect', { class: 'curtain', ...size(box) })
  // Two edges next to each other would be a line, and darker than what is long.
  if (box.width < leastEdged) return [curtain]
  return [
    curtain,
    element('path', { class: 'curtain-edge', d: `M${x1} ${top}V${bottom}M${x2} ${top}V${bottom}` }),
  ]
}

function zigzag({ x, y, width, height }: Fold): string {
  const steps = Array.from(
    { length: Math.ceil(height / 8) },
    (_, step) => `l${step % 2 ? -6 : 6} 8`,
  )
  return `M${n(x + width - 23)} ${n(y)}${steps.join('')}`
}

function drawHistogram({ columns, failures, failuresY }: Histogram): Node[] {
  const bars = columns.map(
    ({ x, y, width, height }) => `M${n(x)} ${n(y)}h${width}v${n(height)}h${-width}z`,
  )
  const crosses = failures.map((x) => `M${n(x - 3)} ${n(failuresY - 3)}l6 6m0 -6l-6 6`)
  return [
    element('path', { class: 'fill-accent', d: bars.join('') }),
    element('path', { class: 'cross', d: crosses.join('') }),
  ]
}

/** Nearly as tall as a row: what is behind must not look out over or under the letters. */
function groundOf(label: Label): Box {
  const { x, y, width, height } = boxOf(label)
  const more = label.size * 0.12
  return { x: x - 3, y: y - more, width: width + 6, height: height + more * 2 }
}

function drawLabel({ x, y, size: font, parts, isCentred, hasHalo }: Label): Node {
  const place = { x: n(x), y: n(y), 'font-size': font }
  const names = [isCentred ? 'middle' : '', hasHalo ? 'halo' : ''].join(' ').trim()
  const texts = parts.map(({ text, tone, weight }) =>
    element(
      'tspan',
      { class: `fill-${tone}${weight === 400 ? '' : weight === 600 ? ' semibold' : ' bold'}` },
      text,
    ),
  )
  return element('text', { class: names === '' ? undefined : names, ...place }, ...texts)
}

function drawDisc({ x, y, radius, number }: Disc): Node[] {
  return [
    element('circle', { class: 'fill-ink', cx: n(x), cy: n(y), r: n(radius) }),
    element(
      'text',
      {
        class: 'middle bold on-ink',
        x: n(x),
        y: n(y + radius * 0.45),
        'font-size': n(radius * 1.25),
      },
      String(number),
    ),
  ]
}

function drawTarget({ key, words, hasFocus, ...box }: Layer['targets'][number]): Node {
  return element(
    'g',
    {
      id: idOf(key),
      'data-key': key,
      role: 'option',
      'aria-selected': hasFocus ? 'true' : 'false',
      'aria-label': words,
    },
    element('rect', { class: hasFocus ? 'target ring' : 'target', ...size(box), rx: 5 }),
  )
}

function size({ x, y, width, height }: Box) {
  return { x: n(x), y: n(y), width: n(Math.max(0, width)), height: n(Math.max(0, height)) }
}

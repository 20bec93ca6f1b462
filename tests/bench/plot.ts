/** Small pictures of what grows: one panel a series, logarithmic both ways, readable on a light and on a dark page. */
export type Series = {
  readonly title: string
  readonly xs: readonly number[]
  readonly lines: readonly { readonly name: string; readonly ys: readonly number[] }[]
}

const width = 340
const height = 240
const left = 52
const right = 16
const top = 34
const bottom = 52

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: 0.35 }
  .line, circle { fill: none; stroke-width: 2 }
  .line-0 { stroke: #0969da } .line-1 { stroke: #bc4c00 }
  .line-1.line { stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .line-0 { stroke: #58a6ff } .line-1 { stroke: #f0883e }
  }`

export function plot(series: readonly Series[]): string {
  const panels = series.map((one, index) => panel(one, index * width)).join('\n')
  const titles = series.map(({ title }) => title).join('; ')
  const size = `width="${series.length * width}" height="${height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${titles}">
<style>${style}
</style>
${panels}
</svg>
`
}

function panel({ title, xs, lines }: Series, offset: number): string {
  const x = scale(xs, left, width - right)
  const y = scale(
    lines.flatMap(({ ys }) => ys),
    height - bottom,
    top,
  )
  const parts = [`<text class="title" x="${left}" y="18">${title}</text>`]
  for (const tick of x.ticks) {
    parts.push(grid(x.at(tick), top, x.at(tick), height - bottom))
    parts.push(
      `<text x="${x.at(tick)}" y="${height - bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
    )
  }
  for (const tick of y.ticks) {
    parts.push(grid(left, y.at(tick), width - right, y.at(tick)))
    parts.push(
      `<text x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    )
  }
  for (const [index, { name, ys }] of lines.entries()) {
    const points = xs.map((value, place) => [x.at(value), y.at(ys[place] ?? Number.NaN)] as const)
    parts.push(
      `<polyline class="line line-${index}" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
    )
    for (const [cx, cy] of points)
      parts.push(`<circle class="line-${index}" cx="${cx}" cy="${cy}" r="1.5"/>`)
    const at = left + index * 100
    const line = height - 14
    parts.push(
      `<path class="line line-${index}" d="M${at} ${line}h18"/><text x="${at + 24}" y="${line + 4}">${name}</text>`,
    )
  }
  return `<g transform="translate(${offset} 0)">\n${parts.join('\n')}\n</g>`
}

/** Puts the powers of ten around `values` between two places. */
function scale(values: readonly number[], from: number, to: number) {
  const powers = values.filter((value) => value > 0).map(Math.log10)
  const lowest = Math.floor(Math.min(...powers))
  const highest = Math.max(lowest + 1, Math.ceil(Math.max(...powers)))
  const at = (value: number) =>
    Math.round(from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from))
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index))
  return { at, ticks }
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`
}

function short(value: number): string {
  return value >= 1_000 ? `${value / 1_000}k` : String(Number(value.toPrecision(2)))
}

/** The results as text: for the terminal, and for RESULTS.md. */
import { describeMachine, versions } from './machine'
import type { Figure } from './measure'
import { type Bound, isHeld, type Section, type Table, type Unit } from './section'

export type Result = { readonly name: string; readonly title: string; readonly section: Section }

export function resultsPage(results: readonly Result[], minutes: number): string {
  return `# What it costs, measured

Written by \`bun run bench\`. Figures of another machine say nothing about this one; ratios travel better.

- ${new Date().toISOString().slice(0, 10)}, ${describeMachine()}
- ${versions()}
- Every round takes every subject once, in an order of its own. Ratios are taken inside a round; then their median and,
  in brackets, their quartiles. How far a subject is from itself ("again") is the noise. It took ${minutes.toFixed(1)} minutes.

## Bounds

${boundsTable(results)}

${results.map(sectionText).join('\n\n')}
`
}

/** What was promised, what came out, and whether it holds. */
function boundsTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ section }) =>
    section.bounds.map((bound) => [
      bound.what,
      format(bound.figure, bound.unit),
      promised(bound),
      verdict(bound),
    ]),
  )
  return table(['', 'median (quartiles)', 'bound', ''], rows)
}

/** One line a bound, for the terminal. */
export function boundLines({ section }: Result): string[] {
  return section.bounds.map(
    (bound) =>
      `  ${verdict(bound).padEnd(5)} ${bound.what}: ${format(bound.figure, bound.unit)}, ${promised(bound) || 'no bound'}`,
  )
}

function sectionText({ title, section }: Result): string {
  const parts = [`## ${title}`, section.method]
  for (const one of section.tables) {
    if (one.title) parts.push(`### ${one.title}`)
    parts.push(tableText(one))
  }
  if (section.leftOut.length > 0)
    parts.push(`Left out:\n\n${section.leftOut.map((why) => `- ${why.trim()}`).join('\n')}`)
  if ('svg' in section) parts.push(`![${title}](growth.svg)`)
  return parts.filter(Boolean).join('\n\n')
}

export function tableText({ columns, rows }: Table): string {
  return table(
    ['', ...columns.map(([title]) => title)],
    rows.map(([subject, ...figures]) => [
      subject,
      ...figures.map((one, column) =>
        one ? format(one, columns[column]?.[1] ?? 'times') : 'not measured',
      ),
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function promised({ least, most, aim }: Bound): string {
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`
  return [least === undefined && most === undefined ? '' : bound, aim && `aim ${aim}`]
    .filter(Boolean)
    .join(', ')
}

function verdict(bound: Bound): string {
  if (bound.least === undefined && bound.most === undefined) return ''
  if (isHeld(bound)) return 'ok'
  return `short: ${bound.why ?? whyShort(bound)}`
}

/** What the figure itself says, where the bound has nothing to say. */
function whyShort({ figure: { low, high }, least = -Infinity, most = Infinity }: Bound): string {
  return low <= most && high >= least ? 'rounds lie on both sides of it' : 'not reached yet'
}

export function format({ median, low, high }: Figure, unit: Unit): string {
  if (Number.isNaN(median)) return 'not measured'
  const one = (value: number) => formatOne(value, unit)
  return low === high ? one(median) : `${one(median)} (${one(low)} to ${one(high)})`
}

const suffixes: Readonly<Record<Unit, string>> = {
  'a second': '',
  times: '',
  bytes: '',
  milliseconds: ' ms',
  microseconds: ' µs',
  nanoseconds: ' ns',
}

/** Three digits that count, and all of those before the point. */
function formatOne(value: number, unit: Unit): string {
  const isWhole = unit === 'a second' || unit === 'bytes' || unit === 'nanoseconds' || value >= 100
  const digits = isWhole ? 0 : value >= 10 ? 1 : 2
  return (
    value.toLocaleString('en-US', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }) + suffixes[unit]
  )
}

/**
 * The lanes as text, for a terminal and for a screen reader: one request on one linear scale.
 *
 *     request  POST /signup      |█ 200 4 ms
 *     task     sendWelcomeEmail  |▒▒▒▒▒▒▒▒▒▒▒▒✗ 300 ms  550 no such mailbox
 *     task     notifyAdmin       |            · never started
 */
import { columns, pad, wrap } from './columns'
import { endOf, type SceneRequest, type SceneTask } from './requests'
import {
  figureOfRequest,
  figureOfTask,
  harmless,
  inMilliseconds,
  nameOfRequest,
  shortName,
} from './words'

/** `now` is for what still runs. */
export type TextOptions = { colour: boolean; now?: number }

type Row = {
  kind: 'request' | 'task'
  name: string
  from: number
  to: number
  block: string
  /** What stands before the block. */
  tail: ' ' | '·'
  words: string
  more: string
  colour: number
}

/** Under this width the words stand above the bar, not behind it. */
const narrow = 64
const colours = { accent: 36, good: 32, bad: 31, busy: 33, quiet: 2 } as const
const states = {
  waiting: { block: '', colour: colours.busy },
  running: { block: '░', colour: colours.busy },
  succeeded: { block: '▓', colour: colours.good },
  failed: { block: '▒', colour: colours.bad },
  skipped: { block: '', colour: colours.quiet },
} as const

/** The lanes of one request, some lines of at most `width` columns. */
export function requestAsText(request: SceneRequest, width: number, options: TextOptions): string {
  const now = options.now ?? endOf(request, request.at)
  const rows = [
    ...(request.method === '' ? [] : [rowOfRequest(request, now)]),
    ...request.tasks.map((task) => rowOfTask(task, request, now)),
  ]
  const span = Math.max(10, ...rows.map(({ to }) => to))
  const draw = width < narrow ? drawNarrow : drawWide
  return draw(rows, span, Math.max(20, width), options.colour ? paint : (text) => text)
}

function rowOfRequest(request: SceneRequest, now: number): Row {
  const { at, code, sent, lost } = request
  const words = [...(code === undefined ? [] : [String(code)]), figureOfRequest(request, now)]
  return {
    kind: 'request',
    name: nameOfRequest(request),
    from: at - zeroOf(request),
    to: (sent ?? lost ?? now) - zeroOf(request),
    block: sent === undefined ? '░' : '█',
    tail: request.waited === undefined ? ' ' : '·',
    words: words.join(' '),
    more: '',
    colour: lost === undefined ? colours.accent : colours.bad,
  }
}

function rowOfTask(task: SceneTask, request: SceneRequest, now: number): Row {
  const { state, error = '', stoppedBy } = task
  const begin = task.at ?? task.end ?? now
  const figure = figureOfTask(task, now)
  const by = stoppedBy === undefined ? undefined : request.tasks[stoppedBy]
  const start = begin - zeroOf(request)
  const isLate = task.at !== undefined && begin - (request.sent ?? task.since) > 10
  return {
    kind: 'task',
    name: shortName(task.name),
    from: start,
    to: task.at === undefined ? start : (task.end ?? now) - zeroOf(request),
    block: states[state].block,
    tail: ' ',
    words: `${state === 'skipped' ? '· ' : ''}${figure}${isLate ? `, from ${inMilliseconds(begin - request.at)}` : ''}`,
    more: by ? `stopped by ${shortName(by.name)}` : harmless(error),
    colour: states[state].colour,
  }
}

/** Where its picture begins: who has waited came before it was seen. */
function zeroOf({ at, waited = 0 }: SceneRequest): number {
  return at - waited
}

type Paint = (text: string, colour: number) => string

function paint(text: string, colour: number): string {
  return text === '' ? '' : `\u001b[${colour}m${text}\u001b[0m`
}

function drawWide(rows: readonly Row[], span: number, width: number, paintWith: Paint): string {
  const names = rows.map(({ name }) => fitName(name, width * 0.35))
  const longest = Math.max(...names.map(columns))
  const indent = 'request  '.length + longest + 3
  const room = width - indent
  // The widest scale on which the words behind each bar still fit; errors too, where that leaves enough of a bar.
  const scaleFor = (more: boolean) => {
    const fits = rows.map((row) => {
      const said = columns(row.words) + 1 + (more && row.block !== '' ? columns(row.more) + 2 : 0)
      return (room - said) / Math.max(0.01, row.to / span)
    })
    return Math.floor(Math.min(room * 0.7, ...fits))
  }
  const scale = scaleFor(true) >= 12 ? scaleFor(true) : Math.max(4, scaleFor(false))
  return rows
    .flatMap((row, index) => {
      const bar = barOf(row, span, scale)
      const block = row.tail.repeat(bar.from) + paintWith(row.block.repeat(bar.length), row.colour)
      const head = `${row.kind.padEnd(9)}${pad(names[index] ?? '', longest)}  |${block}`
      const gap = bar.length && !row.words.startsWith('✗') ? ' ' : ''
      const left = room - bar.from - bar.length - gap.length - columns(row.words)
      const said = paintWith(row.words, row.colour)
      const below = (text: string) => wrap(text, room).map((line) => ' '.repeat(indent) + line)
      if (left < 0) return [head, ...below(`${row.words} ${row.more}`)]
      if (left < columns(row.more) + 2) return [head + gap + said, ...below(row.more)]
      return [head + gap + said + (row.more && `  ${row.more}`)]
    })
    .join('\n')
}

function drawNarrow(rows: readonly Row[], span: number, width: number, paintWith: Paint): string {
  return rows
    .flatMap((row) => {
      const bar = barOf(row, span, width - 2)
      const name = fitName(row.name, width)
      const isOneLine = columns(name) + 1 + columns(row.words) <= width
      const below = (text: string) => wrap(text, width - 2).map((line) => `  ${line}`)
      const block = paintWith(row.block.repeat(bar.length) || '·', row.colour)
      return [
        ...(isOneLine
          ? [`${name} ${paintWith(row.words, row.colour)}`]
          : [name, ...below(row.words)]),
        ...below(row.more),
        `|${row.tail.repeat(bar.from)}${block}`,
      ]
    })
    .join('\n')
}

function fitName(name: string, width: number): string {
  let [text, most] = [name, Math.floor(width)]
  while (columns(text) > width) text = shortName(name, most--)
  return text
}

/** Where a bar stands, in columns: what has a length has at least one. */
function barOf({ from, to, block }: Row, span: number, scale: number) {
  const [start, end] = [Math.round((from / span) * scale), Math.round((to / span) * scale)]
  return block === ''
    ? { from: start, length: 0 }
    : { from: Math.min(start, scale - 1), length: Math.max(1, end - start) }
}

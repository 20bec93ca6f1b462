/** The rows of a request, its own and one for each of its tasks: their time and their words. */
import { lettersOf } from '../columns'
import type { SceneRequest, SceneTask } from '../requests'
import { figureOfRequest, figureOfTask, nameOfRequest, shortError, shortName } from '../words'
import type { BarState, Part, Tone } from './picture'
import { type Measure, rowKey, type View } from './view'

export type Row = {
  key: string
  /** None for a task that waits. */
  state: BarState | undefined
  /** When it begins; of a task that waits, now. */
  from: number
  /** Undefined while it is not over. */
  to: number | undefined
  name: Part
  /** What became of it: figures, then an error. */
  said: Part[]
  /** All of the error, where there is room for it. */
  error?: string
  /** The same for those who hear it. */
  words: string
  /** Of a skipped task: the row of the one that stopped it. */
  stoppedBy?: number
}

export function rowsOf(request: SceneRequest, now: number): Row[] {
  const own = request.method === '' ? [] : [rowOfRequest(request, now)]
  const tasks = request.tasks.map((task, index) => {
    const row = rowOfTask(task, rowKey(request.key, index), now)
    if (task.stoppedBy === undefined) return row
    // Where it would have begun: right there, whenever it was told.
    const from = request.tasks[task.stoppedBy]?.end ?? row.from
    return { ...row, from, stoppedBy: task.stoppedBy + own.length }
  })
  return [...own, ...tasks]
}

function rowOfRequest(request: SceneRequest, now: number): Row {
  const { key, at, sent, lost, code, waited } = request
  const name = nameOfRequest(request)
  const figure = figureOfRequest(request, now)
  const tone =
    lost !== undefined && sent === undefined ? 'bad' : waited === undefined ? 'quiet' : 'busy'
  return {
    key,
    state: 'request',
    from: at,
    to: sent ?? lost,
    name: { text: name, tone: 'ink', weight: 600 },
    said: [
      ...(code === undefined
        ? []
        : [{ text: String(code), tone: toneOfCode(code), weight: 600 } as const]),
      { text: figure, tone, weight: tone === 'quiet' ? 400 : 600 },
    ],
    words: ['request', name, code ?? 'no answer yet', figure].join(' '),
  }
}

function toneOfCode(code: number): Tone {
  return code >= 500 ? 'bad' : 'accent'
}

const tones = {
  waiting: 'quiet',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'ink',
} as const

function rowOfTask(task: SceneTask, key: string, now: number): Row {
  const { state, error } = task
  const name = shortName(task.name)
  const figure = figureOfTask(task, now)
  return {
    key,
    state: state === 'waiting' ? undefined : state,
    from: task.at ?? (state === 'skipped' ? (task.end ?? now) : now),
    to: state === 'waiting' || state === 'running' ? undefined : (task.end ?? now),
    name: { text: name, tone: state === 'skipped' ? 'quiet' : 'ink', weight: 400 },
    said: [
      { text: figure, tone: tones[state], weight: state === 'waiting' ? 400 : 600 },
      ...(error === undefined
        ? []
        : [{ text: shortError(error), tone: 'bad', weight: 400 } as const]),
    ],
    ...(error === undefined ? {} : { error }),
    words: ['task', name, wordsOf[state], figure, error === undefined ? '' : shortError(error)]
      .join(' ')
      .trim(),
  }
}

const wordsOf = {
  waiting: '',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: '',
}

/** Of a name or an error, where there is little room. */
const leastLetters = 8

export type Fitted = { parts: Part[]; width: number }

/**
 * Words side by side in at most `room` pixels. Figures stay for as long as they can: an error is cut first, at its end, then
 * the name, in its middle.
 */
export function fit(parts: readonly Part[], room: number, size: number, measure: Measure): Fitted {
  const texts = parts.map(({ text }) => text)
  const spaced = () =>
    parts.map((part, index) => ({ ...part, text: `${index ? '  ' : ''}${texts[index]}` }))
  const total = () =>
    Math.ceil(spaced().reduce((sum, { text, weight }) => sum + measure(text, weight, size), 0))
  const shorten = (index: number, cut: (text: string, most: number) => string) => {
    const whole = texts[index] ?? ''
    let most = total() > room ? lettersOf(whole).length : 0
    while (most > leastLetters && total() > room) texts[index] = cut(whole, --most)
  }
  const last = parts.length - 1
  const hasError = last > 0 && parts[last]?.tone === 'bad' && parts[last]?.weight === 400
  if (hasError) shorten(last, shortError)
  shorten(0, shortName)
  // What does not fit at all must not have cost the name its letters.
  if (last > 0 && total() > room) return fit(parts.slice(0, -1), room, size, measure)
  return { parts: spaced(), width: total() }
}

/** The widest that a label may be. */
export function mostLabel({ width, sizes }: View): number {
  return (width - sizes.gutter) * 0.6
}

export function labelOf(row: Row, view: View): Fitted {
  const { sizes, measure } = view
  const fitted = fit([row.name, ...row.said], mostLabel(view), sizes.font, measure)
  const disc = view.proofs?.has(row.key) ? sizes.font * 2 : 0
  return { ...fitted, width: fitted.width + disc }
}

export function widthOf(parts: readonly Part[], { measure, sizes }: View): number {
  return Math.ceil(
    parts.reduce((sum, { text, weight }) => sum + measure(text, weight, sizes.font), 0),
  )
}

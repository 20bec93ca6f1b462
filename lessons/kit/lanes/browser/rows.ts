/** The rows of a request, its own and one for each of its tasks: their time and their words. */
import { lettersOf } from '../columns'
import type { SceneRequest, SceneTask } from '../requests'
import { figureOfRequest, figureOfTask, nameOfRequest, shortError, shortName } from '../words'
import type { BarState, Part, Tone } from './picture'
import { type Measure, rowKey } from './view'

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
  /** The same for those who hear it. */
  words: string
  /** Of a skipped task: the row of the one that stopped it. */
  stoppedBy?: number
}

export function rowsOf(request: SceneRequest, now: number): Row[] {
  const own = request.method === '' ? [] : [rowOfRequest(request, now)]
  const tasks = request.tasks.map((task, index) => {
    const row = rowOfTask(task, rowKey(request.key, index), now)
    return task.stoppedBy === undefined ? row : { ...row, stoppedBy: task.stoppedBy + own.length }
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

export type Fitted = { parts: Part[]; width: number }

/** Words side by side in at most `room` pixels: what is last is cut first. */
export function fit(parts: readonly Part[], room: number, size: number, measure: Measure): Fitted {
  const spaced = parts.map((part, index) => ({ ...part, text: `${index ? '  ' : ''}${part.text}` }))
  const widthOf = (all: readonly Part[]) =>
    Math.ceil(all.reduce((sum, { text, weight }) => sum + measure(text, weight, size), 0))
  while (widthOf(spaced) > room) {
    const last = spaced.at(-1)
    if (!last) break
    const cut = lettersOf(last.text)
      .slice(0, last.text.endsWith('…') ? -2 : -1)
      .join('')
    if (cut.trim().length < 2) spaced.pop()
    else last.text = `${cut}…`
  }
  return { parts: spaced, width: widthOf(spaced) }
}

/** The words of the lanes, in the terminal and in the browser: the same facts, said in the same way. */
import { lettersOf } from './columns'
import type { SceneRequest, SceneTask } from './requests'

const longestName = 28
const longestError = 40

/**
 * `text` without anything that a terminal would obey, that turns the direction of a line, or that piles up over it. What is
 * not shown leaves a sign.
 */
export function harmless(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
}

/** A name as a lane shows it: harmless, and cut in its middle where it is long. Both of its ends tell names apart. */
export function shortName(name: string, most = longestName): string {
  const letters = lettersOf(harmless(name))
  if (letters.length <= most) return letters.join('')
  const end = Math.floor((most - 1) / 2)
  return `${letters.slice(0, most - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`
}

/**
 * An error as a lane shows it: harmless, and cut at its end where it is long. What stands behind its last colon stays, if it
 * is short: there, many a library says why.
 */
export function shortError(error: string, most = longestError): string {
  const text = harmless(error)
  const letters = lettersOf(text)
  if (letters.length <= most) return letters.join('')
  const [, why = ''] = /: ([^:]+)$/.exec(text) ?? []
  const room = most - lettersOf(why).length - 2
  if (why === '' || room < most / 4) return `${letters.slice(0, most - 1).join('')}…`
  return `${letters.slice(0, room).join('').trimEnd()}… ${why}`
}

/** '4 ms', '1,023 ms': always in milliseconds, so that two figures can be compared. */
export function inMilliseconds(time: number): string {
  const figure =
    Math.abs(time) < 0.95 && time !== 0 ? Math.max(0.1, Math.abs(time)) : Math.abs(time)
  const digits = figure.toLocaleString('en', { maximumFractionDigits: figure < 0.95 ? 1 : 0 })
  return `${time < 0 ? '−' : ''}${digits} ms`
}

/** A figure of an axis: in seconds from ten on, as nobody counts the milliseconds so far from a request. */
export function onAxis(time: number): string {
  if (Math.abs(time) < 10_000) return inMilliseconds(time)
  return `${time < 0 ? '−' : ''}${(Math.abs(time) / 1_000).toLocaleString('en')} s`
}

/** What a request is called: 'POST /signup', or what stands for one where there is none. */
export function nameOfRequest({ method, path }: SceneRequest): string {
  return method === '' ? 'no request' : shortName(`${method} ${path}`)
}

/** What happened to a request until its last byte, '4 ms'; `now` where it is not over. */
export function figureOfRequest(
  { at, answered, sent, waited, lost }: SceneRequest,
  now: number,
): string {
  if (waited !== undefined) return `waited up to ${inMilliseconds(waited)}`
  if (sent !== undefined) return inMilliseconds(sent - at)
  if (lost !== undefined) return '✗ no answer'
  return `… ${inMilliseconds(now - at)}${answered === undefined ? '' : ', sending'}`
}

/** What became of a task: '✓ 262 ms', '✗ 300 ms', '… 1,027 ms', 'never started'. */
export function figureOfTask({ state, since, at, end }: SceneTask, now: number): string {
  const took = inMilliseconds((end ?? now) - (at ?? since))
  if (state === 'succeeded') return `✓ ${took}`
  if (state === 'failed') return `✗ ${took}`
  if (state === 'running') return `… ${took}`
  return state === 'skipped' ? 'never started' : 'waits its turn'
}

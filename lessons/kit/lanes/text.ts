/** The lanes as text: a whole scene in words, in the order of time. */
import { wrap } from './columns'
import { requestAsText, type TextOptions } from './request-text'
import type { Scene, SceneJob, SceneWorker } from './scene'
import { harmless, inMilliseconds, shortName } from './words'

export { requestAsText, type TextOptions } from './request-text'

type Entry = { at: number; text: string }

/** All of a scene in lines of at most `width` columns: the newest request last, then the workers and the jobs. */
export function sceneAsText(
  scene: Scene,
  width: number,
  options: TextOptions = { colour: false },
): string {
  const now = options.now ?? scene.now
  const inTime = [...requests(scene, width, { ...options, now }), ...sentences(scene, width)]
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => `${timeOfDay(at)}\n${text}`)
  const last = [
    ...scene.polls.map(({ method, path, times }) => {
      return `polling: ${shortName(`${method} ${path}`)} × ${times.length}`
    }),
    ...scene.workers.map((worker) => wordsOfWorker(worker, now)),
    ...scene.jobs.map((job) => wordsOfJob(job, now)),
  ]
  const end = last.flatMap((sentence) => wrap(sentence, width)).join('\n')
  return [...inTime, ...(end === '' ? [] : [end])].join('\n\n')
}

function requests({ requests: all }: Scene, width: number, options: TextOptions): Entry[] {
  return all
    .filter(({ isPoll }) => !isPoll)
    .map((request) => ({ at: request.at, text: requestAsText(request, width, options) }))
}

function sentences({ loops, flags }: Scene, width: number): Entry[] {
  const holes = loops.flatMap(({ process, holes: spans }) =>
    spans.map(({ from, to }) => ({
      at: from,
      text: `event loop of ${harmless(process)}: blocked for ${inMilliseconds(to - from)}`,
    })),
  )
  const events = flags.map(({ at, text }) => ({ at, text: `event: ${harmless(text)}` }))
  return [...holes, ...events].map(({ at, text }) => ({ at, text: wrap(text, width).join('\n') }))
}

function wordsOfWorker({ name, process, to, error, calls }: SceneWorker, now: number): string {
  const said = calls.map(({ name: call, at, end, state, error: why }) => {
    const took = inMilliseconds((end ?? now) - at)
    const sign = state === 'succeeded' ? '✓' : state === 'failed' ? '✗' : '…'
    return `${shortName(call)} ${sign} ${took}${why === undefined ? '' : ` (${harmless(why)})`}`
  })
  const end = to === undefined ? [] : [harmless(error ?? 'ended')]
  const words = [...said, ...end].join('; ')
  return `${name} of ${harmless(process)}: ${words === '' ? 'no call yet' : words}`
}

function wordsOfJob({ name, id, queue, state, attempts, runs }: SceneJob, now: number): string {
  const said = runs.map(({ attempt, at, end, state: became, error }) => {
    const took = inMilliseconds((end ?? now) - at)
    const sign = became === 'succeeded' ? '✓' : became === 'failed' ? '✗' : '…'
    return `attempt ${attempt} ${sign} ${took}${error === undefined ? '' : ` (${harmless(error)})`}`
  })
  const waits = state === 'stored' ? [runs.length ? 'to be tried again' : 'stored'] : []
  const of = attempts === undefined ? '' : `, at most ${attempts} attempts`
  return `job ${shortName(name)} ${shortName(id)} in ${shortName(queue)}${of}: ${[...said, ...waits].join('; ')}`
}

function timeOfDay(at: number): string {
  const date = new Date(at)
  const two = (figure: number) => String(figure).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

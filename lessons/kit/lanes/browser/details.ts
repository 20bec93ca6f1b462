/** All that is known of the mark that has focus. */
import type { Place } from '../events'
import type { Scene, SceneJob, SceneRequest, SceneTask } from '../scene'
import { figureOfTask, harmless, inMilliseconds } from '../words'
import { element, type Node } from './elements'
import { jobKey, requestKey } from './view'

/** A mark: a request, or one of its tasks. */
export type Found = { request: SceneRequest; task?: SceneTask; index: number }

export function find({ requests }: Scene, key: string): Found | undefined {
  const request = requests.find((one) => one.key === requestKey(key))
  if (!request) return undefined
  const [, index] = key.split('/')
  const task = index === undefined ? undefined : request.tasks[Number(index)]
  return task ? { request, task, index: Number(index) } : { request, index: -1 }
}

export function details(scene: Scene, key: string | undefined, now: number): Node[] {
  const job = key === undefined ? undefined : findJob(scene, key)
  if (job) return ofJob(job, now)
  const found = key === undefined ? undefined : find(scene, key)
  if (!found)
    return [
      element(
        'p',
        { class: 'quiet' },
        'Point at a mark, or use the arrow keys, and read here what it is.',
      ),
    ]
  const { request, task } = found
  const link = element(
    'a',
    { href: `#request-${encodeURIComponent(request.key)}` },
    'Link to this request',
  )
  const all = task ? ofTask(found, task, now) : ofRequest(request, now)
  return [
    all.title,
    element('dl', {}, ...all.facts.flatMap(fact)),
    element('p', {}, ...all.links, link),
  ]
}

export function findJob({ jobs }: Scene, key: string): SceneJob | undefined {
  return jobs.find((job) => jobKey(job.key) === key)
}

function ofJob({ name, id, queue, state, attempts, runs }: SceneJob, now: number): Node[] {
  const last = runs.at(-1)
  const said = {
    stored: 'stored',
    running: '… running',
    succeeded: '✓ succeeded',
    failed: '✗ failed',
  }
  const tone = { stored: 'busy', running: 'busy', succeeded: 'good', failed: 'bad' }
  const facts: Fact[] = [
    ['Job', harmless(id), 'code'],
    ['Queue', harmless(queue)],
    ['Attempts', `${runs.length}${attempts === undefined ? '' : ` of at most ${attempts}`}`],
    ...runs.map((run): Fact => {
      const took = `${run.state}, ${inMilliseconds((run.end ?? now) - run.at)} in ${harmless(run.process)}`
      return [`Attempt ${run.attempt}`, took]
    }),
    ['Error', last?.error === undefined ? undefined : harmless(last.error), 'bad'],
  ]
  const title = element(
    'h3',
    {},
    `${harmless(name)} `,
    element('span', { class: tone[state] }, said[state]),
  )
  return [title, element('dl', {}, ...facts.flatMap(fact))]
}

type Fact = [name: string, value: string | undefined, kind?: 'bad' | 'code']

function fact([name, value, kind]: Fact): Node[] {
  if (value === undefined || value === '') return []
  const said = kind === 'code' ? element('code', {}, value) : value
  // A name and its value stay together, wherever a line ends.
  return [
    element(
      'div',
      {},
      element('dt', {}, name),
      element('dd', { class: kind === 'bad' ? 'bad' : undefined }, said),
    ),
  ]
}

function ofRequest(
  { method, path, at, answered, sent, code, waited, tasks, lost, process }: SceneRequest,
  now: number,
) {
  const ended = tasks.findLast(({ end }) => end !== undefined)
  const name = method === '' ? 'No request' : harmless(`${method} ${path}`)
  const facts: Fact[] = [
    ['Request to', harmless(process)],
    ['Status', code === undefined ? undefined : String(code)],
    ['Answered', answered === undefined ? 'not yet' : `after ${inMilliseconds(answered - at)}`],
    ['Last byte', sent === undefined ? undefined : `left after ${inMilliseconds(sent - at)}`],
    [
      'No answer',
      lost === undefined || sent !== undefined ? undefined : 'the process ended before',
      'bad',
    ],
    [
      'Waited',
      waited === undefined
        ? undefined
        : `up to ${inMilliseconds(waited)}: the server did not see it come`,
    ],
    [
      'Running',
      answered === undefined && lost === undefined
        ? `since ${inMilliseconds(now - at)}`
        : undefined,
    ],
    [
      'Tasks',
      tasks.length
        ? tasks
            .map(
              (task) =>
                `${harmless(task.name)} ${task.state === 'skipped' ? 'never started' : task.state}`,
            )
            .join(', ')
        : 'none',
    ],
    ['All done', ended?.end === undefined ? undefined : `after ${inMilliseconds(ended.end - at)}`],
  ]
  return { title: element('h3', {}, name), facts, links: [] }
}

const states = {
  waiting: ['waits', 'quiet'],
  running: ['… running', 'busy'],
  succeeded: ['✓ succeeded', 'good'],
  failed: ['✗ failed', 'bad'],
  skipped: ['never started', 'quiet'],
} as const

function ofTask({ request, index }: Found, task: SceneTask, now: number) {
  const { name, args, state, at, end, error, stoppedBy, place } = task
  const [said, tone] = states[state]
  const behind = request.tasks
    .filter((other) => other.stoppedBy === index)
    .map((other) => harmless(other.name))
  const by = stoppedBy === undefined ? undefined : request.tasks[stoppedBy]
  const of = request.method === '' ? '' : ` of ${harmless(`${request.method} ${request.path}`)}`
  const facts: Fact[] = [
    ['Task', `${index + 1} of ${request.tasks.length}${of}`],
    ['Arguments', args === undefined ? undefined : harmless(args), 'code'],
    ['Started', at === undefined ? undefined : startOf(request, at)],
    ['Took', end === undefined || at === undefined ? undefined : inMilliseconds(end - at)],
    ['So far', state === 'running' ? figureOfTask(task, now) : undefined],
    ['Error', error === undefined ? undefined : harmless(error), 'bad'],
    ['Stopped by', by && harmless(by.name)],
    ['Behind it', behind.length ? `${behind.join(', ')} never started` : undefined],
  ]
  const title = element('h3', {}, `${harmless(name)} `, element('span', { class: tone }, said))
  return { title, facts, links: place ? [placeLink(place), ' '] : [] }
}

function startOf({ at: arrived, sent }: SceneRequest, at: number): string {
  const when = `at ${inMilliseconds(at - arrived)}`
  if (sent === undefined) return when
  return at - sent < 10
    ? `${when}, when the answer had left`
    : `${when}, ${inMilliseconds(at - sent)} after the answer`
}

function placeLink({ file, line }: Place): Node {
  // As the guide names it: from its lesson, or else from the root.
  const parts = file.replace(/^lessons\/[^/]+\//, '').split('/')
  return element(
    'a',
    { href: `#${parts.map(encodeURIComponent).join('/')}-L${line}`, 'data-place': 'yes' },
    `${harmless(parts.at(-1) ?? file)}:${line}`,
  )
}

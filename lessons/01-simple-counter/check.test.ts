/** Seconds become milliseconds here, never the same ones; no fact waits for a clock. */
import { runnerOf, subscribe } from '../../core'
import { comes, shortenSleeps } from '../kit/check/chance'
import { beginRun, type Exercise, judge, mustAll } from '../kit/check/judge'

const visits = 4

await judge(1, observe, {
  'The visitor sees the page.': (seen) => {
    mustAll(
      seen,
      ({ status }) => status === 200,
      ({ status }) => `The visitor saw an error (${status}), not the page.`,
    )
    mustAll(
      seen,
      ({ html }) => html.includes('<h1>'),
      'The visitor saw an empty page. What a handler returns is what a visitor sees.',
    )
  },
  'The visitor does not wait for the counter.': (seen) =>
    mustAll(
      seen,
      ({ events }) => !isBefore(events, '3', 'page'),
      ({ lines }) =>
        countOf(lines, '0') > 1
          ? 'The counter ran twice: while the visitor waited for it, and again as a task.'
          : 'The visitor waited: the counter had come to 3 before the page was there.',
    ),
  'The counter starts when the page has left.': (seen) =>
    mustAll(
      seen,
      ({ events }) => !isBefore(events, '0', 'page'),
      'The counter started before the page had left. Nobody asked it to wait for that.',
    ),
  'The app knows of the counter.': (seen) => {
    mustAll(
      seen,
      ({ lines }) => lines.includes('0'),
      ({ events }) =>
        countOf(events, 'succeeded') > countOf(events, 'done')
          ? 'A task has run, and nothing was counted. What a function is called with stands behind it: addTask(fn, 1, 2).'
          : 'The page came, and the counter never started. A line that is never reached adds no task.',
    )
    mustAll(
      seen,
      ({ events }) => isBefore(events, '3', 'idle'),
      ({ events }) =>
        isBefore(events, '0', 'idle') && isBefore(events, 'running', '0')
          ? 'The counter goes on when its task has ended: the task does not wait for it. Ctrl-C would not, either.'
          : 'The counter runs behind the back of the app: Ctrl-C would not wait for it. It is not one of its tasks.',
    )
  },
  'The terminal shows 0, 1, 2, 3, done.': (seen) => {
    mustAll(
      seen,
      ({ lines }) => countOf(lines, '0') === 1,
      ({ lines }) => `The counter ran more than once: ${lines.join(' ')}.`,
    )
    mustAll(
      seen,
      ({ lines }) => lines.includes('done'),
      'The counter has ended, and nobody says "done". Only one line was too many.',
    )
    mustAll(
      seen,
      ({ lines }) => lines.at(-1) === 'done',
      ({ lines }) =>
        `"done" was said before the counter had ended: ${lines.join(' ')}. Tasks run in the order in which they are added.`,
    )
    mustAll(
      seen,
      ({ lines }) => lines.join(' ') === '0 1 2 3 done',
      ({ lines }) => `The terminal shows ${lines.join(' ')}, not 0 1 2 3 done.`,
    )
  },
})

/** What one visitor saw, and all that happened, in order: printed lines, 'page', 'idle' and what becomes of tasks. */
type Visit = { run: number; status: number; html: string; events: string[]; lines: string[] }

async function observe(exercise: Exercise): Promise<Visit[]> {
  let events: string[] = []
  console.log = (...words: unknown[]) => void events.push(words.join(' '))
  shortenSleeps(0, 12)
  const app = await exercise.app()
  using _ = subscribe(({ status }) => void events.push(status))
  const seen: Visit[] = []
  while (seen.length < visits) {
    events = []
    const run = beginRun()
    const page = await app.handle(new Request('http://localhost/'))
    events.push('page')
    const html = await page.text()
    await runnerOf(app).idle()
    events.push('idle')
    // What is no task of the app may still come. Only a wrong answer takes the time, and only once.
    const isOver = events.includes('3') || (await comes(() => events.includes('3')))
    const lines = events.filter((event) => /^(\d+|done)$/.test(event))
    seen.push({ run, status: page.status, html, events, lines })
    if (!isOver) break
  }
  return seen
}

function isBefore(events: readonly string[], first: string, second: string): boolean {
  return events.includes(first) && events.indexOf(first) < events.indexOf(second)
}

function countOf(lines: readonly string[], line: string): number {
  return lines.filter((one) => one === line).length
}

/** Seconds become milliseconds here, never the same ones; no fact waits for a clock. */
import { runnerOf, subscribe } from '../../core'
import { between, comes, moment } from '../kit/check/chance'
import { beginRun, type Exercise, judge, must } from '../kit/check/judge'

const visits = 4

/** What one visitor saw, and all that happened, in order: printed lines, 'page', 'idle' and changes of tasks. */
type Visit = { run: number; status: number; html: string; events: string[]; errors: string[] }

async function observe(exercise: Exercise) {
  let events: string[] = []
  let errors: string[] = []
  const log = (...words: unknown[]) => void events.push(words.join(' '))
  console.log = log
  console.error = (...words: unknown[]) =>
    void errors.push(words.map((word) => (word instanceof Error ? word.message : word)).join(' '))
  Object.defineProperty(Bun, 'sleep', { value: () => moment(0, between(0, 12)) })

  const app = await exercise.app()
  using _ = subscribe(({ task, status }) => void events.push(`${status} ${task.name}`))
  const seen: Visit[] = []
  for (let visit = 0; visit < visits; visit++) {
    events = []
    errors = []
    const run = beginRun()
    const page = await app.handle(new Request('http://localhost/'))
    events.push('page')
    const html = await page.text()
    await runnerOf(app).idle()
    events.push('idle')
    seen.push({ run, status: page.status, html, events, errors })
    // What is no task of the app may still come. Only a wrong answer takes the time, and only once.
    if (!events.includes('3') && !(await comes(() => events.includes('3')))) break
  }
  return seen
}

await judge(1, observe, {
  'The visitor sees the page.': (seen) => {
    for (const { run, status, html, errors } of seen) {
      const why = errors[0]?.replace(/^\[background\] /, '') ?? 'the terminal says why.'
      must(status === 200, `The visitor saw an error (${status}), not the page: ${why}`, run)
      must(
        html.includes('<h1>'),
        'The visitor saw an empty page. What a handler returns is what a visitor sees.',
        run,
      )
    }
  },
  'The visitor does not wait for the counter.': (seen) => {
    for (const { run, events } of seen)
      must(
        !isBefore(events, '3', 'page'),
        printed(events).filter((line) => line === '0').length > 1
          ? 'The counter ran twice: while the visitor waited for it, and again as a task.'
          : 'The visitor waited: the counter had come to 3 before the page was there.',
        run,
      )
  },
  'The counter starts when the page has left.': (seen) => {
    for (const { run, events } of seen)
      must(
        !isBefore(events, '0', 'page'),
        'The counter started before the page had left. Nobody asked it to wait for that.',
        run,
      )
  },
  'The app knows of the counter.': (seen) => {
    for (const { run, events } of seen) {
      must(
        events.includes('0'),
        'The page came, and the counter never started. A line that is never reached adds no task.',
        run,
      )
      must(
        isBefore(events, '0', 'idle'),
        'The counter runs behind the back of the app: Ctrl-C would not wait for it. It is not one of its tasks.',
        run,
      )
    }
  },
  'The terminal shows 0, 1, 2, 3, done.': (seen) => {
    for (const { run, events } of seen) {
      const lines = printed(events).join(' ')
      must(
        lines.split(' ').filter((line) => line === '0').length === 1,
        `The counter ran more than once: ${lines}.`,
        run,
      )
      must(
        lines.endsWith('3 done'),
        `"done" was said before the counter had ended: ${lines}. Tasks run in the order in which they are added.`,
        run,
      )
      must(lines === '0 1 2 3 done', `The terminal shows ${lines}, not 0 1 2 3 done.`, run)
    }
  },
})

function printed(events: readonly string[]): string[] {
  return events.filter((event) => /^(\d+|done)$/.test(event))
}

function isBefore(events: readonly string[], first: string, second: string): boolean {
  return events.includes(first) && events.indexOf(first) < events.indexOf(second)
}

/**
 * The check is the slow service. It holds all questions of a round, then answers them in another order. Which press gets
 * an error, and which one silence, is left to chance; patience ends when the check says so, not when a clock does.
 */
import type { AnyElysia } from 'elysia'

import { runnerOf, subscribe, type TracedTask } from '../../core'
import { between, comes, moment, shuffled } from '../kit/check/chance'
import { beginRun, type Exercise, judge, must } from '../kit/check/judge'

type Kind = 'fine' | 'error' | 'silent'
type Question = { kind: Kind; time: number; answer: (response: Response) => void }
type Row = { id: number; answered: number | null; status: string; note: string }
/** What became of one press. */
type Press = { run: number; status: number; row: Row }
type Store = { list: () => Row[] }

/** Times that the service names, unlike any clock. */
const firstTime = 1_000_000

class SlowService {
  private readonly server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Promise<Response>((answer) => this.take(answer)),
  })
  private kinds: readonly Kind[] = []
  private asked = 0
  private patience: AbortController[] = []
  private isImpatient = false
  questions: Question[] = []

  constructor() {
    Bun.env.SLOW_PORT = String(this.server.port)
    AbortSignal.timeout = () => {
      const controller = new AbortController()
      this.patience.push(controller)
      if (this.isImpatient) void moment(1).then(() => this.losePatience())
      return controller.signal
    }
  }

  begin(kinds: readonly Kind[]): void {
    this.kinds = kinds
    this.asked = 0
    this.questions = []
    this.isImpatient = false
  }

  async answerAll(): Promise<void> {
    for (const { kind, time, answer } of shuffled(this.questions)) {
      await moment(0, 8)
      if (kind === 'fine') answer(Response.json({ request_time: 0, response_time: time }))
      if (kind === 'error') answer(outOfOrder())
    }
  }

  /** Whoever waits for an answer gives up, now and from now on. */
  losePatience(): void {
    this.isImpatient = true
    for (const controller of this.patience.splice(0))
      controller.abort(new DOMException('The operation timed out.', 'TimeoutError'))
  }

  private take(answer: Question['answer']): void {
    const kind = this.kinds[this.asked]
    const time = firstTime + this.asked++
    if (kind) this.questions.push({ kind, time, answer })
    // Somebody tries again: nothing is better yet.
    else if (!this.isImpatient) answer(outOfOrder())
  }
}

function outOfOrder(): Response {
  const status = [500, 502, 503][between(0, 2)] ?? 500
  return Response.json({ error: 'out of order' }, { status })
}

type Round = { presses: Press[]; failed: number; at: (kind: Kind) => Press }

async function observe(exercise: Exercise) {
  console.log = console.error = console.warn = () => {}
  Object.defineProperty(Bun, 'sleep', { value: () => moment(0, 5) })
  const service = new SlowService()
  const app = await exercise.app()
  const store = await exercise.load<Store>('store.ts')
  const ends = new Map<TracedTask, string>()
  using _ = subscribe(({ task, status }) => void ends.set(task, status))

  async function round(kinds: readonly Kind[]): Promise<Round> {
    service.begin(kinds)
    ends.clear()
    const answers: { run: number; status: number }[] = []
    while (answers.length < kinds.length) answers.push(await press(app, service))
    await comes(() => service.questions.length === kinds.length, 2_000)
    const newest = store.list().slice(0, kinds.length)
    await service.answerAll()
    const silent = kinds.filter((kind) => kind === 'silent').length
    await comes(() => over().length >= kinds.length - silent, 2_000)
    service.losePatience()
    await runnerOf(app).idle()
    const presses = answers.map((answer, place) => {
      const id = newest.at(-1 - place)?.id
      return { ...answer, row: store.list().find((row) => row.id === id) ?? noRow() }
    })
    return {
      presses,
      failed: over().filter((end) => end === 'failed').length,
      at: (kind) => presses[kinds.indexOf(kind)] ?? noRow(),
    }
  }
  const over = () => [...ends.values()].filter((end) => !/waiting|running/.test(end))

  const good = await round(['fine', 'fine', 'fine', 'fine'])
  const bad = await round(shuffled(['fine', 'error', 'silent', 'fine']))
  return { good, bad }
}

/** The visitor has a page before the service has answered anybody. */
async function press(app: AnyElysia, service: SlowService) {
  const run = beginRun()
  const asked = service.questions.length
  const page = app.handle(new Request('http://localhost/submit', { method: 'POST' }))
  let isThere = false
  const arrives = page.then(() => (isThere = true))
  // Whoever waits for the service has asked it, and gets no page however long he waits.
  await Promise.race([arrives, comes(() => service.questions.length > asked, 4_000)])
  await Promise.race([arrives, comes(() => isThere)])
  must(
    isThere,
    'The visitor waited for the slow service: no page was there before it had answered.',
    run,
  )
  return { run, status: (await page).status }
}

function noRow(): never {
  must(false, 'A press has no row.')
}

await judge(2, observe, {
  'Every press is answered before the service answers anybody.': ({ good, bad }) => {
    for (const { run, status } of [...good.presses, ...bad.presses])
      must(status === 200, `A press was answered with an error (${status}), not with a page.`, run)
  },
  'Each answer is in the row of its own press.': ({ good }) => {
    for (const [place, { run, row }] of good.presses.entries())
      must(
        row.status === 'done' && row.answered === firstTime + place,
        'Four presses, answers in another order: an answer is not in the row of its own press.',
        run,
      )
  },
  'Where the service failed, the row is failed.': ({ bad }) => {
    const { run, row } = bad.at('error')
    const silent = bad.at('silent')
    const isHalf = silent.row.status === 'failed'
    must(
      row.status !== 'done',
      `The service answered with an error, and the row says done.${
        isHalf ? ' Nothing was caught: fetch does not throw at a status of 500.' : ''
      }`,
      run,
    )
    must(
      row.status === 'failed' || bad.failed === 0,
      'A task failed, and its row says waiting, for ever. The handler is over when the task runs: only the task can catch it.',
      run,
    )
    must(
      row.status === 'failed',
      'The error was caught, and the row says waiting, for ever. The visitor does not see the terminal.',
      run,
    )
    must(
      silent.row.status === 'failed',
      'The service never answered, and the row says waiting, for ever.',
      silent.run,
    )
  },
  'The row says what went wrong.': ({ bad }) => {
    const { run, row } = bad.at('error')
    const silent = bad.at('silent').row.note
    must(row.note !== '' && silent !== '', 'A failed row does not say why.', run)
    must(
      row.note !== silent,
      `An error and silence have the same reason: "${row.note}". Say what went wrong.`,
      run,
    )
  },
  'The app is told of both.': ({ bad }) =>
    must(
      bad.failed === 2,
      `Two tasks went wrong, and the app knows of ${bad.failed}: a caught error that is not thrown again is a success.`,
      bad.at('error').run,
    ),
})

/**
 * The slow service of lesson 2, in the hands of its check. It holds all questions of a round, then answers them in another
 * order; patience ends when the check says so, not when a clock does.
 */
import { between, moment, shuffled } from './chance'

/** What becomes of a question. */
export type Kind = 'fine' | 'error' | 'silent'
type Question = { kind: Kind; time: number; answer: (response: Response) => void }

/** The status of an error: not the one that everybody thinks of. */
export const outOfOrder = between(502, 504)

/** Times that the service names, unlike any clock. */
export const firstTime = 1_000_000

export class SlowService {
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
    AbortSignal.timeout = () => this.patienceSignal()
    // Who sleeps that long has a patience of his own.
    const sleep = (milliseconds: number) =>
      milliseconds < 5_000 ? moment(0, 5) : untilAborted(this.patienceSignal())
    Object.defineProperty(Bun, 'sleep', { value: sleep })
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
      if (kind === 'error') answer(refusal())
    }
  }

  /** Whoever waits for an answer gives up, now and from now on. */
  losePatience(): void {
    this.isImpatient = true
    for (const controller of this.patience.splice(0))
      controller.abort(new DOMException('The operation timed out.', 'TimeoutError'))
  }

  private patienceSignal(): AbortSignal {
    const controller = new AbortController()
    this.patience.push(controller)
    if (this.isImpatient) void moment(1).then(() => this.losePatience())
    return controller.signal
  }

  private take(answer: Question['answer']): void {
    const kind = this.kinds[this.asked]
    const time = firstTime + this.asked++
    if (kind) this.questions.push({ kind, time, answer })
    // Somebody tries again: nothing is better yet.
    else if (!this.isImpatient) answer(refusal())
  }
}

function refusal(): Response {
  return Response.json({ error: 'out of order' }, { status: outOfOrder })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/**
 * The worker's side of `workers()`: two lines make a module of functions a worker.
 *
 * @example
 * import * as tasks from './tasks'
 * serve(tasks)
 *
 * A worker runs one call at a time, in the order they came; an asynchronous function has the worker to itself until
 * its promise settles. What a task leaves behind (a timer, a promise that nobody awaits) goes on beside the next.
 */
import { log } from '../errors'
import { isThenable } from '../task'
import { Tokens } from './ahead'
import {
  type Answer,
  type AnswerMessage,
  answers,
  type CallMessage,
  pack,
  takeSecret,
} from './messages'

/** Taken as soon as this module loads, so that no task comes to see it. */
const secret = takeSecret()

/** Runs the calls that come for the functions of `tasks`. Call it once, in the module that `workers()` names. */
export function serve(tasks: object): void {
  if (secret === undefined)
    throw new TypeError(
      'serve(tasks) belongs in a module of its own, the one that workers(new URL(...)) names; it was called outside of a worker.',
    )
  const post: (message: AnswerMessage) => unknown = Bun.isMainThread
    ? process.send!.bind(process)
    : postMessage
  const server = new Server(tasks, (kind, value) => void post([secret, kind, value]))
  // A promise that a task has forgotten must not end the worker under the next task.
  process.on('unhandledRejection', (reason) => log('Nobody caught this in a worker:', reason))
  process.on('uncaughtException', (error) => {
    server.send(answers.crash, pack(error))
    process.exit(1)
  })
  if (Bun.isMainThread) {
    process.on('message', (message) => server.receive(message))
    process.on('disconnect', () => process.exit())
    // A terminal signals the whole group. When a worker ends is for the pool to say.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  } else addEventListener('message', ({ data }: MessageEvent<unknown>) => server.receive(data))
  server.send(answers.ready, undefined)
}

class Server {
  private readonly inbox: CallMessage = []
  private isBusy = false
  /** Where calls are sent ahead of their turn, they can be taken back. */
  private tokens: Tokens | undefined = undefined

  constructor(
    private readonly tasks: object,
    readonly send: (kind: Answer, value: unknown) => void,
  ) {}

  receive(message: unknown): void {
    if (message instanceof SharedArrayBuffer) this.tokens = new Tokens(message)
    if (!Array.isArray(message)) return
    for (const part of message) this.inbox.push(part)
    if (!this.isBusy) void this.run() // what a task throws is an answer
  }

  private async run(): Promise<void> {
    this.isBusy = true
    while (this.inbox.length > 0) {
      const [token, name] = [this.inbox.shift() as number, this.inbox.shift() as string]
      const args = this.inbox.splice(0, this.inbox.shift() as number)
      if (this.tokens && !this.tokens.take(token)) continue
      try {
        const result: unknown = this.find(name)(...args)
        // oxlint-disable-next-line no-await-in-loop -- a worker runs one call at a time
        this.answer(name, isThenable(result) ? await result : result)
      } catch (thrown) {
        this.send(answers.threw, pack(thrown))
      }
    }
    this.isBusy = false
  }

  private answer(name: string, result: unknown): void {
    try {
      this.send(answers.returned, result)
    } catch (cause) {
      throw new TypeError(
        `${name} returned what cannot be sent from a worker. Return data: no functions, no instances of classes.`,
        { cause },
      )
    }
  }

  private find(name: string): (...args: unknown[]) => unknown {
    const found: unknown = Object.hasOwn(this.tasks, name)
      ? Reflect.get(this.tasks, name)
      : undefined
    if (typeof found === 'function') return found as (...args: unknown[]) => unknown
    throw new TypeError(
      `The worker has no function ${name}. It has: ${Object.keys(this.tasks).join(', ')}.`,
    )
  }
}

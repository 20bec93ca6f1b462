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
import { log } from './errors'
import { brief, pack } from './pool/thrown'
import { Tokens } from './pool/tokens'
import type { AnswerMessage, CallMessage } from './pool/worker-channel'
import { workerMark } from './pool/worker-process'

/** Runs the calls that come for the functions of `tasks`. Call it once, in the module that `workers()` names. */
export function serve(tasks: object): void {
  if (!Bun.isMainThread) new Server(tasks, postMessage).listenAsThread()
  else if (process.env[workerMark] !== undefined && process.send)
    new Server(tasks, process.send.bind(process)).listenAsProcess()
  else
    throw new TypeError(
      'serve(tasks) belongs in a module of its own, the one that workers(new URL(...)) names; it was called outside of a worker.',
    )
}

type ReceivedCall = { token: number; name: string; args: unknown[] }

class Server {
  private readonly inbox: ReceivedCall[] = []
  private isBusy = false
  private take = (_token: number): boolean => true

  constructor(
    private readonly tasks: object,
    private readonly send: (message: AnswerMessage) => void,
  ) {
    // A promise that a task has forgotten must not end the worker under the next task.
    process.on('unhandledRejection', (reason) => log('Nobody caught this in a worker:', reason))
    process.on('uncaughtException', (error) => {
      this.crash(error)
      process.exit(1)
    })
  }

  listenAsThread(): void {
    globalThis.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (Array.isArray(data)) this.receive(data as CallMessage)
      else if (data instanceof SharedArrayBuffer) {
        const tokens = new Tokens(data)
        this.take = (token) => tokens.take(token)
      }
    })
    // Under `bun test` the handlers above are not called: there, a thread ends at what nobody has caught.
    globalThis.addEventListener('error', (event: Event) => this.crash((event as ErrorEvent).error))
    this.send([0])
  }

  listenAsProcess(): void {
    restoreEnvironment()
    process.on('message', (data: CallMessage) => this.receive(data))
    process.on('disconnect', () => process.exit())
    // A terminal signals the whole group. When a worker ends is for the pool to say.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
    this.send([0])
  }

  /** The last words of a worker: what it ends by. */
  private crash(error: unknown): void {
    this.send([0, undefined, pack(error)])
  }

  private receive(message: CallMessage): void {
    for (let at = 0; at < message.length;) {
      const end = at + 3 + (message[at + 2] as number)
      this.inbox.push({
        token: message[at] as number,
        name: message[at + 1] as string,
        args: message.slice(at + 3, end),
      })
      at = end
    }
    if (!this.isBusy) this.run()
  }

  private run(): void {
    this.isBusy = true
    for (let call = this.inbox.shift(); call; call = this.inbox.shift()) {
      const { token, name, args } = call
      if (!this.take(token)) continue
      try {
        const result: unknown = this.find(name)(...args)
        if (isObject(result) && 'then' in result) {
          void this.answerLater(token, name, result)
          return
        }
        this.answer(token, name, result)
      } catch (thrown) {
        this.send([token, undefined, pack(thrown)])
      }
    }
    this.isBusy = false
  }

  private async answerLater(token: number, name: string, result: unknown): Promise<void> {
    try {
      this.answer(token, name, await result)
    } catch (thrown) {
      this.send([token, undefined, pack(thrown)])
    }
    this.run()
  }

  private answer(token: number, name: string, result: unknown): void {
    try {
      this.send([token, result])
    } catch (cause) {
      throw new TypeError(
        `${name} returned what cannot be sent from a worker: ${brief(result)}. Return data: no functions, no instances of classes.`,
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

/** What this process starts in turn is no worker. */
function restoreEnvironment(): void {
  const options = process.env[workerMark]
  delete process.env[workerMark]
  if (options) process.env['BUN_OPTIONS'] = options
  else delete process.env['BUN_OPTIONS']
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

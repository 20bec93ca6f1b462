/**
 * The last minute of an app: stop accepting, finish what is running, say what was not finished, exit.
 *
 * @example
 * const app = new Elysia().use(background()).listen(3000)
 * stopOnSignals(app, { deadline: 10_000 })
 */
import type { AnyElysia } from 'elysia'

import { runnerOf } from './app-runner'
import { logUnfinished } from './log'
import { requireMilliseconds, settledWithin } from './options'

export type ShutdownOptions = {
  /** Milliseconds from the signal to the exit. Responses have the first half of it. Default: 10,000. */
  deadline?: number
  /** Default: SIGINT and SIGTERM. */
  signals?: NodeJS.Signals[]
}

/**
 * Milliseconds in which one Ctrl-C may come twice: from the terminal, and from the `bun run` that got it as well.
 */
const echo = 300

/**
 * On the first signal, stops accepting, lets responses and tasks finish until the deadline, prints what is left and
 * exits: with 0 if nothing is, with 1 otherwise. On the second, exits at once with 128 and the signal's number.
 */
export function stopOnSignals(
  app: AnyElysia,
  { deadline = 10_000, signals = ['SIGINT', 'SIGTERM'] }: ShutdownOptions = {},
): Disposable {
  requireMilliseconds('deadline', deadline)
  const runner = runnerOf(app)
  runner.attach(app)
  let stoppingSince: number | undefined

  const onSignal = (signal: NodeJS.Signals, number: number): void => {
    const now = performance.now()
    if (stoppingSince !== undefined && now - stoppingSince < echo) return
    if (stoppingSince !== undefined) process.exit(128 + number)
    stoppingSince = now
    console.log(
      `${signal}: stopping, ${count(runner.pending, 'task')} to finish. Again: exit at once.`,
    )
    void finish().then((isComplete) => process.exit(isComplete ? 0 : 1))
  }

  const finish = async (): Promise<boolean> => {
    const { server } = app
    runner.deadline = Infinity // this function keeps the time
    const stopping = server ? app.stop() : runner.drain()
    await settledWithin(stopping, deadline / 2)
    // What is still open does not close by itself (server-sent events, web sockets). Cut, it leaves its tasks the rest.
    await server?.stop(true)
    await settledWithin(stopping, deadline / 2)
    return logUnfinished(await runner.drain(0))
  }

  for (const signal of signals) process.on(signal, onSignal)
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

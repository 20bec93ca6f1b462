/**
 * The last minute of a process: stop accepting, finish what is running, say what was not finished, exit. There is one for
 * all apps of the process, and it ends when all of them are done.
 *
 * @example
 * const app = new Elysia().use(background()).listen(3000)
 * stopOnSignals(app, { deadline: 10_000 })
 */
import type { AnyElysia } from 'elysia'

import { logUnfinished } from './errors'
import { requireMilliseconds, requireOptions, settledWithin } from './options'
import { runnerOf } from './runner'

export type ShutdownOptions = {
  /** Milliseconds from the signal to the exit. Responses have the first half of it. Default: 10,000. */
  deadline?: number
  /** Default: SIGINT and SIGTERM. */
  signals?: NodeJS.Signals[]
}

/** Milliseconds in which one Ctrl-C may come twice: from the terminal, and from the `bun run` that got it as well. */
const echo = 300

type Stopping = {
  readonly signals: readonly NodeJS.Signals[]
  pending(): number
  /** Whether nothing was left. */
  finish(): Promise<boolean>
}

/** Of the process, not of this module: `bun --hot` loads that anew, and the apps of before still have their tasks. */
const shutdown = ((globalThis as { [key: symbol]: unknown })[
  Symbol.for('bun-background-tasks.shutdown')
] ??= { apps: new Set(), handlers: new Map(), since: undefined }) as {
  readonly apps: Set<Stopping>
  readonly handlers: Map<NodeJS.Signals, typeof onSignal>
  since: number | undefined
}

/**
 * On the first signal, stops accepting, lets responses and tasks finish until the deadline, prints what is left and
 * exits: with 0 if nothing is, with 1 otherwise. On the second, exits at once with 128 and the signal's number.
 * Where several apps ask for it, a signal that any of them names is for all, and the exit comes when all are done.
 */
export function stopOnSignals(app: AnyElysia, options: ShutdownOptions = {}): Disposable {
  requireOptions('stopOnSignals()', options, ['deadline', 'signals'])
  const { deadline = 10_000, signals = ['SIGINT', 'SIGTERM'] } = options
  requireMilliseconds('deadline', deadline)
  const runner = runnerOf(app)
  const stopping: Stopping = {
    signals,
    pending: () => runner.pending,
    finish: () => finish(app, deadline),
  }
  shutdown.apps.add(stopping)
  for (const signal of signals) {
    if (shutdown.handlers.has(signal)) continue
    shutdown.handlers.set(signal, onSignal)
    process.on(signal, onSignal)
  }
  return {
    [Symbol.dispose]() {
      shutdown.apps.delete(stopping)
      const wanted = new Set([...shutdown.apps].flatMap((other) => other.signals))
      for (const [signal, handler] of shutdown.handlers) {
        if (wanted.has(signal) || shutdown.since !== undefined) continue
        process.off(signal, handler)
        shutdown.handlers.delete(signal)
      }
    },
  }
}

function onSignal(signal: NodeJS.Signals, number: number): void {
  const now = performance.now()
  const { since, apps } = shutdown
  if (since !== undefined && now - since < echo) return
  if (since !== undefined) process.exit(128 + number)
  shutdown.since = now
  const pending = [...apps].reduce((sum, app) => sum + app.pending(), 0)
  console.log(
    `${signal}: stopping, ${pending} task${pending === 1 ? '' : 's'} to finish. Again: exit at once.`,
  )
  void Promise.allSettled([...apps].map((app) => app.finish())).then((ends) => {
    const areComplete = ends.every((end) => end.status === 'fulfilled' && end.value)
    process.exit(areComplete ? 0 : 1)
  })
}

/** Resolves at the deadline at the latest: true if nothing was left. */
async function finish(app: AnyElysia, deadline: number): Promise<boolean> {
  const { server } = app
  const runner = runnerOf(app)
  const stop = async () => {
    if (server) await app.stop()
    await runner.drain()
  }
  runner.deadline = Infinity // this function keeps the time
  const stopped = stop()
  await settledWithin(stopped, deadline / 2)
  // What is still open does not close by itself (server-sent events, web sockets). Cut, it leaves its tasks the rest.
  await server?.stop(true)
  await settledWithin(stopped, deadline / 2)
  return logUnfinished(await runner.drain(0))
}

/**
 * The last minute of a process: stop accepting, finish what is running, say what was not finished, exit. There is one for
 * all apps of the process, and it ends when all of them are done.
 *
 * @example
 * const app = new Elysia().use(background()).listen(3000)
 * stopOnSignals(app, { deadline: 10_000 })
 */
import { constants } from 'node:os'

import type { AnyElysia } from 'elysia'

import { log, logUnfinished } from './errors'
import { requireMilliseconds, requireOneOf, requireOptions, settledWithin } from './options'
import { type BackgroundRunner, runnerOf } from './runner'

export type ShutdownOptions = {
  /** Milliseconds from the signal to the exit. Responses have the first half of it. Default: 10,000. */
  deadline?: number
  /** Default: SIGINT and SIGTERM. */
  signals?: NodeJS.Signals[]
}

/** Milliseconds in which one Ctrl-C may come twice: from the terminal, and from the `bun run` that got it as well. */
const echo = 300

const catchable = Object.keys(constants.signals).filter(
  (signal) => signal !== 'SIGKILL' && signal !== 'SIGSTOP',
)

type Stopping = {
  readonly app: AnyElysia
  readonly runner: BackgroundRunner
  readonly deadline: number
  readonly signals: readonly NodeJS.Signals[]
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
  if (!Array.isArray(signals) || signals.length === 0)
    throw new TypeError(`signals must be a list of names, got ${Bun.inspect(signals)}.`)
  for (const signal of signals) requireOneOf('signals', signal, catchable)
  const stopping: Stopping = { app, runner: runnerOf(app), deadline, signals }
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
  const runners = new Set(Array.from(apps, ({ runner }) => runner))
  let pending = 0
  for (const runner of runners) pending += runner.pending
  console.log(
    `${signal}: stopping, ${pending} task${pending === 1 ? '' : 's'} to finish. A second ${signal} exits at once.`,
  )
  const ends = Array.from(runners, (runner) =>
    finish(
      runner,
      [...apps].filter((one) => one.runner === runner),
    ),
  )
  void Promise.all(ends).then((complete) => process.exit(complete.includes(false) ? 1 : 0))
}

/** Stops the apps of a runner, then drains it. Resolves at the longest of their deadlines: true if nothing was left. */
async function finish(runner: BackgroundRunner, apps: readonly Stopping[]): Promise<boolean> {
  const began = performance.now()
  runner.deadline = Infinity // this function keeps the time
  await Promise.all(apps.map(({ app, deadline }) => close(app, deadline / 2)))
  const deadline = Math.max(...apps.map((one) => one.deadline))
  return logUnfinished(await runner.drain(Math.max(0, deadline - (performance.now() - began))))
}

/** Never rejects. */
async function close(app: AnyElysia, milliseconds: number): Promise<void> {
  const { server } = app
  const failed = (error: unknown) => log('The app did not stop well:', error)
  await settledWithin(server ? app.stop().catch(failed) : Promise.resolve(), milliseconds)
  // What is still open does not close by itself (server-sent events, web sockets). Cut, it leaves its tasks the rest.
  await server?.stop(true).catch(failed)
}

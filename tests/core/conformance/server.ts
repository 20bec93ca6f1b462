/**
 * Serves one scenario for one subject: `bun server.ts <subject> <aot|dynamic> <scenario>`. What happens is printed as
 * lines of JSON, with the clock of the machine, so that the client can compare it with what it saw.
 */
import { mkdtempSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type AnyElysia, Elysia } from 'elysia'
import { background as peerBackground, BackgroundTasks as PeerTasks } from 'elysia-background'

import { background, BackgroundTasks, runnerOf } from '../../../core'
import { type Plugin, scenarios, type World } from './scenarios'

const [subject = 'ours', mode = 'aot', name = 'S1'] = process.argv.slice(2)

/** The five lines that people write before they look for a library. */
const bareHook = () => {
  type Job = () => unknown
  return new Elysia()
    .derive({ as: 'global' }, () => {
      const jobs: Job[] = []
      const addTask = (fn: (...args: unknown[]) => unknown, ...args: unknown[]) => {
        jobs.push(() => fn(...args))
      }
      return { backgroundTasks: { jobs, addTask } }
    })
    .onAfterResponse({ as: 'global' }, async ({ backgroundTasks }) => {
      for (const job of backgroundTasks.jobs) await job()
    })
}

const plugins: Record<string, unknown> = {
  ours: background,
  bare: bareHook,
  'elysia-background': peerBackground,
}

const log: World['log'] = (event, about, data) => {
  const line = { event, name: about, at: performance.timeOrigin + performance.now(), data }
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const named = <Function extends object>(about: string, fn: Function): Function =>
  Object.defineProperty(fn, 'name', { value: about })

const listening: (() => void)[] = []
const files = mkdtempSync(join(tmpdir(), 'conformance-'))

const world: World = {
  plugin: plugins[subject] as Plugin,
  elysia: () => new Elysia({ aot: mode === 'aot' }),
  log,
  task: (about, milliseconds = 0) =>
    named(about, async () => {
      log('start', about)
      await Bun.sleep(milliseconds)
      log('end', about)
    }),
  syncTask: (about) =>
    named(about, () => {
      log('start', about)
      log('end', about)
    }),
  block: (about, milliseconds) =>
    named(about, async () => {
      log('start', about)
      Bun.sleepSync(milliseconds)
      log('end', about)
    }),
  boom: (about, ...thrown) =>
    named(about, async () => {
      log('start', about)
      throw thrown.length > 0 ? thrown[0] : new Error(`${about} failed`)
    }),
  onError: ({ error, task }) => {
    // The peer's tasks have no name of their own.
    const { name: about = task.func.name } = task as { name?: string }
    log('reported', about, {
      error: error instanceof Error ? error.message : typeof error,
      args: task.args,
    })
  },
  runner: () => runnerOf(app),
  file: (bytes) => {
    const path = join(files, String(bytes))
    writeFileSync(path, 'x'.repeat(bytes))
    return path
  },
  onListen: (callback) => listening.push(callback),
  BackgroundTasks: subject === 'elysia-background' ? (PeerTasks as never) : BackgroundTasks,
}

const scenario = scenarios[name as keyof typeof scenarios]
const app = (scenario as (world: World) => AnyElysia)(world)

// The client asks here when it wants to be sure that nothing more will happen. It is a server of its own, so that no
// hook of the scenario sees the question. Who can't say when all is done gets time instead.
const control = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 255,
  async fetch(request) {
    if (subject === 'ours') await world.runner().idle()
    else await Bun.sleep(200)
    // By the same road as all events, so that it comes after them.
    log('idle', new URL(request.url).pathname)
    return new Response('idle')
  },
})

app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false })
for (const callback of listening) callback()
log('listening', 'app', { port: app.server?.port, control: control.port })

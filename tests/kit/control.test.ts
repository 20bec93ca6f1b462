/** What the buttons of a lesson do to its processes. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'

import { type Failure, lessons } from '../../lessons'
import { Control, type ControlOptions, type Program } from '../../lessons/kit/control'
import { programsOf } from '../../lessons/kit/run'
import { isAlive } from '../support/processes'
import { freePort, freePorts } from '../support/program'
import { until } from '../support/until'

setDefaultTimeout(30_000)

/** A service that says what was posted to it, and ends when it is told to. */
function service(name: string, more: Partial<Program> = {}): Program {
  const port = freePort()
  const code = `
    process.on('disconnect', () => process.exit(1))
    Bun.serve({ port: ${port}, hostname: '127.0.0.1', async fetch(request) {
      const { pathname, search } = new URL(request.url)
      console.log(request.method + ' ' + pathname + search)
      if (pathname === '/exit') process.exit(3)
      return new Response(String(process.pid), { status: pathname === '/broken' ? 500 : 200 })
    } })
    process.send({ ready: true })`
  return {
    name,
    command: [process.execPath, '-e', code],
    address: `http://127.0.0.1:${port}`,
    ...more,
  }
}

/** Processes that run, and are stopped at the end. */
async function running(
  programs: Program[],
  failures: Failure[] = [],
  options: ControlOptions = {},
) {
  const control = new Control(programs, failures, options)
  await control.start()
  return Object.assign(control, {
    [Symbol.asyncDispose]: () => control.stop('SIGTERM'),
    states: () => control.processes().map(({ name, state }) => `${name} ${state}`),
    flags: () =>
      control.recorder.since(0).flatMap((event) => (event.type === 'flag' ? event.text : [])),
    life: () =>
      control.recorder
        .since(0)
        .flatMap((event) => (event.type === 'process' ? `${event.process} ${event.status}` : [])),
  })
}

/** What a promise rejects with. */
async function messageOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function pidAt({ address }: Program): Promise<number> {
  return Number(await (await fetch(address!)).text())
}

test('processes are started in order, and stopped the last one first', async () => {
  const run = await running([service('mail'), service('app')])
  expect(run.states()).toEqual(['mail ready', 'app ready'])

  await run.stop('SIGTERM')

  expect(run.haveStoppedWell).toBeTrue()
  expect(run.life()).toEqual([
    'mail started',
    'mail ready',
    'app started',
    'app ready',
    'app stopped',
    'mail stopped',
  ])
})

describe('a process that a failure takes down', () => {
  const failures: Failure[] = [{ label: 'Mail server down', down: 'mail' }]

  test('stops at one press, is started at the next, and the rest goes on', async () => {
    const ended: string[] = []
    const mail = service('mail')
    await using run = await running([mail, service('app')], failures, {
      whenEnded: ({ name }) => ended.push(name),
    })
    expect(run.failures()).toEqual([{ label: 'Mail server down', isOn: false }])

    await run.press(0)

    expect(run.failures()).toEqual([{ label: 'Mail server down', isOn: true }])
    expect(run.states()).toEqual(['mail stopped', 'app ready'])
    expect(ended).toEqual([])
    expect(await messageOf(pidAt(mail))).toContain('Unable to connect')

    await run.press(0)

    expect(run.states()).toEqual(['mail ready', 'app ready'])
    expect(await pidAt(mail)).toBeGreaterThan(0)
    expect(run.flags()).toEqual(['Mail server down', 'Mail server down: over'])
  })

  test('does as it is told by two quick presses, one after the other', async () => {
    await using run = await running([service('mail')], failures)

    await Promise.all([run.press(0), run.press(0)])

    expect(run.states()).toEqual(['mail ready'])
    expect(run.flags()).toEqual(['Mail server down', 'Mail server down: over'])
  })

  test('does not make the end of a run a bad one', async () => {
    const run = await running([service('mail'), service('app')], failures)
    await run.press(0)

    await run.stop('SIGINT')

    expect(run.haveStoppedWell).toBeTrue()
  })
})

describe('a failure that is a request', () => {
  const stays: Failure = {
    label: 'Answers 500',
    post: { process: 'app', path: '/a?s=500', undo: '/a' },
  }
  const once: Failure = { label: 'Crash', post: { process: 'app', path: '/crash' } }

  test('stays on until it is pressed again', async () => {
    const printed: string[] = []
    await using run = await running([service('app')], [stays], {
      whenPrinted: (_process, _stream, line) => printed.push(line),
    })

    await run.press(0)
    expect(run.failures()).toEqual([{ label: 'Answers 500', isOn: true }])
    await run.press(0)

    expect(run.failures()).toEqual([{ label: 'Answers 500', isOn: false }])
    await until('both are printed', () => printed.length === 2)
    expect(printed).toEqual(['POST /a?s=500', 'POST /a'])
    expect(run.flags()).toEqual(['Answers 500', 'Answers 500: over'])
  })

  test('is over at once where nothing ends it', async () => {
    await using run = await running([service('app')], [once])

    await run.press(0)

    expect(run.failures()).toEqual([{ label: 'Crash', isOn: false }])
    expect(run.flags()).toEqual(['Crash'])
  })

  test('is forgotten when its process is started again', async () => {
    await using run = await running([service('app')], [stays])
    await run.press(0)

    await run.restart()

    expect(run.failures()).toEqual([{ label: 'Answers 500', isOn: false }])
  })

  test('says so where the process does not run, or refuses', async () => {
    const down: Failure = { label: 'App down', down: 'app' }
    const broken: Failure = { label: 'Broken', post: { process: 'app', path: '/broken' } }
    await using run = await running([service('app')], [down, once, broken])

    expect(await messageOf(run.press(2))).toBe('app answered 500 at /broken.')
    await run.press(0)

    expect(await messageOf(run.press(1))).toBe('app does not run: start it first.')
    expect(await messageOf(run.press(3))).toBe('There are 3 failures, got number 3.')
  })
})

test('a restart ends all processes and starts them again', async () => {
  const programs = [service('mail'), service('app')]
  await using run = await running(programs)
  const before = await Promise.all(programs.map(pidAt))

  await run.restart()

  const after = await Promise.all(programs.map(pidAt))
  expect(before.filter(isAlive)).toEqual([])
  expect(after).not.toEqual(before)
  expect(run.life().slice(4)).toEqual([
    'app stopped',
    'mail stopped',
    'mail started',
    'mail ready',
    'app started',
    'app ready',
  ])
})

test('a restart does not wait for a process that never listens', async () => {
  const deaf = { name: 'deaf', command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] }
  const control = new Control([deaf, service('app')])
  const started = control.start()
  await until('it is being started', () => control.processes()[0]?.state === 'starting')

  const restarted = control.restart()

  await started
  await until('it is started again', () => control.recorder.since(0).length === 3)
  await control.stop('SIGTERM')
  await restarted
  expect(control.processes().map(({ state }) => state)).toEqual(['stopped', 'stopped'])
})

test('a process that ends by itself is told, and can be started again', async () => {
  const app = service('app')
  const ended: [string, boolean][] = []
  await using run = await running([app], [], {
    whenEnded: ({ name }, isBack) => ended.push([name, isBack]),
  })

  await fetch(`${app.address}/exit`).catch(() => {})
  await until('its end is told', () => ended.length > 0)

  expect(ended).toEqual([['app', false]])
  expect(run.states()).toEqual(['app ended'])
  expect(run.recorder.since(0).at(-1)).toMatchObject({
    status: 'ended',
    text: 'app has ended, exit code 3',
  })
  await run.restart()
  expect(run.states()).toEqual(['app ready'])
})

test('a process that is killed with -9 comes back where that is wanted', async () => {
  const app = service('app', { isRestarted: true })
  await using run = await running([app])

  process.kill(await pidAt(app), 'SIGKILL')

  await until('it is ready again', () => run.life().length === 5)
  expect(run.life().slice(2)).toEqual(['app killed', 'app started', 'app ready'])
})

describe('the failures of the lessons', () => {
  const lesson = (wanted: number) => lessons.find(({ number }) => number === wanted)!
  const labels = (wanted: number) => lesson(wanted).failures?.map(({ label }) => label)

  test('name processes and routes that are there', async () => {
    for (const { failures = [], processes } of lessons)
      for (const failure of failures)
        expect(processes.map(({ name }) => name)).toContain(
          'down' in failure ? failure.down : failure.post.process,
        )
    expect(labels(2)).toEqual(['Service takes 10 s', 'Service answers 500', 'Service down'])
    expect(labels(3)).toEqual(['Mail server down'])
    expect(labels(4)).toEqual(['Crash a worker'])
    expect(labels(5)?.[0]).toBe('kill -9 a consumer')
  })

  test('make the slow service answer 500, and as before again', async () => {
    const ports = freePorts()
    const two = lesson(2)
    const programs = programsOf(two, { ...ports, SLOW_DELAY: '0' }).map((program) => ({
      ...program,
      address: `http://127.0.0.1:${program.name === 'app' ? ports.PORT : ports.SLOW_PORT}`,
    }))
    await using run = await running(programs, [...(two.failures ?? [])])
    const asked = async () =>
      (await fetch(`${programs[0]!.address}/slow?ts=1`, { method: 'POST' })).status

    expect(await asked()).toBe(200)
    await run.press(1)
    expect(await asked()).toBe(500)
    await run.press(1)
    expect(await asked()).toBe(200)
    await run.press(2)
    expect(await messageOf(asked())).toContain('Unable to connect')
  })

  test('crash a worker of lesson 4, which is told', async () => {
    const port = freePort()
    const four = lesson(4)
    const programs = programsOf(four, { PORT: String(port) }).map((program) => ({
      ...program,
      address: `http://127.0.0.1:${port}`,
    }))
    await using run = await running(programs, [...(four.failures ?? [])])

    await run.press(0)

    const [end] = await until('the end of the worker is told', () => {
      const ends = run.recorder
        .since(0)
        .filter((event) => event.type === 'worker' && event.status === 'ended')
      return ends.length > 0 && ends
    })
    expect(end).toMatchObject({ process: 'app', error: 'exited, code 3' })
  })
})

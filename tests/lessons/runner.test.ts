/** `bun run lesson`: what a learner types, and what must never be left behind. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'

import { lessons } from '../../lessons'
import { childrenOf, isAlive } from '../support/processes'
import { freePorts, lessonVerb, Program } from '../support/program'
import { TerminalProgram } from '../support/terminal'
import { until } from '../support/until'

setDefaultTimeout(30_000)
const home = new URL('../..', import.meta.url).pathname
const up = 'Ctrl-C stops everything.'

test('without a number, the lessons are listed with the next command to type', async () => {
  const list = new Program([...lessonVerb])

  expect(await list.ended()).toBe(0)
  for (const { number, title } of lessons) expect(list.output).toContain(`  ${number}  ${title}`)
  expect(list.output).toEndWith('Next: bun run lesson 1\n')
})

describe('a lesson that does not exist', () => {
  const mistakes: [wanted: string[], sentence: string][] = [
    [['9'], 'There is no lesson 9. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 6'],
    [['0'], 'There is no lesson 0. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 1'],
    [['2.4'], 'There is no lesson 2.4. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 2'],
    [['slow'], 'There is no lesson slow. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 2'],
    [['%&'], 'There is no lesson %&. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 1'],
    [['process.exit'], 'There is no lesson process.exit. The lessons are 1, 2, 3, 4, 5, 6. Try:'],
    [
      ['1', '2'],
      'One lesson at a time, got 1 2. The lessons are 1, 2, 3, 4, 5, 6. Try: bun run lesson 1',
    ],
  ]
  for (const [wanted, sentence] of mistakes)
    test(`is named with the nearest one: ${wanted.join(' ')}`, async () => {
      const program = new Program([...lessonVerb, ...wanted])

      expect(await program.ended()).toBe(2)
      expect(program.output).toBe('')
      expect(program.errors).toContain(sentence)
    })
})

for (const { number, title, prediction, processes } of lessons) {
  test(`lesson ${number} starts all its processes, and SIGINT stops them all`, async () => {
    const ports = freePorts()
    await using lesson = await new Program([...lessonVerb, String(number)], ports).says(up)
    const children = lesson.children
    const portOf = (variable: string) => String(new Map(Object.entries(ports)).get(variable))

    const options = prediction.options.map((option) => `- ${option}\n`).join('')
    expect(lesson.output).toStartWith(
      `Lesson ${number}: ${title}\nPredict: ${prediction.question}\n${options}\n`,
    )
    expect(children).toHaveLength(processes.length)
    for (const { page, variable } of processes) {
      if (!page || !variable) continue
      expect(lesson.output).toContain(`  http://127.0.0.1:${portOf(variable)}  ${page}\n`)
      // Not the page itself: in lesson 1 it starts ten seconds of counting.
      expect((await fetch(`http://127.0.0.1:${portOf(variable)}/page.css`)).status).toBe(200)
    }

    lesson.signal('SIGINT')

    expect(await lesson.ended()).toBe(0)
    expect(children.filter(isAlive)).toEqual([])
    expect(lesson.complaints).toBe('')
  })

  test(`lesson ${number} leaves nothing behind when its runner is killed with -9`, async () => {
    await using lesson = await new Program([...lessonVerb, String(number)], freePorts()).says(up)
    const children = lesson.children
    expect(children.filter(isAlive)).toHaveLength(processes.length)

    lesson.signal('SIGKILL')

    await until('its processes are gone', () => !children.some(isAlive))
  })

  for (const { name, variable } of processes)
    if (variable)
      test(`lesson ${number} says how to choose another port when that of ${name} is taken`, async () => {
        using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
        const ports = { ...freePorts(), [variable]: String(taken.port) }
        await using lesson = new Program([...lessonVerb, String(number)], ports)

        expect(await lesson.ended()).toBe(1)

        const all = lesson.errors.replace(/ ([A-Z_]+=\d+ )*bun run lesson \d/, ' …')
        expect(all).toBe(
          `Port ${taken.port} is in use already. Choose another: …\n` +
            'If a lesson in another terminal has it, Ctrl-C ends it there.\n',
        )
        expect(lesson.errors).toContain(` ${variable}=${taken.port + 100} `)
        expect(lesson.errors).toContain(` bun run lesson ${number}\n`)
        expect(lesson.output).toBe('')
      })
}

test('a lesson whose guide cannot listen says why, and runs all the same', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const ports = { ...freePorts(), GUIDE_PORT: String(taken.port) }
  await using lesson = await new Program([...lessonVerb, '2'], ports).says(up)

  const { PORT, SLOW_PORT } = ports
  const variables = `PORT=${PORT} SLOW_PORT=${SLOW_PORT} GUIDE_PORT=${taken.port + 100}`
  const advice = `Choose another: ${variables} bun run lesson 2\n`
  expect(lesson.output).toContain(`No guide: port ${taken.port} is in use already. ${advice}`)
  expect(lesson.output).not.toContain('the guide')
  expect((await fetch(`http://127.0.0.1:${ports.PORT}`)).status).toBe(200)
})

test('the guide of a lesson is the first of its addresses, and may show the others in a frame', async () => {
  const ports = freePorts()
  await using lesson = await new Program([...lessonVerb, '2', '--present'], ports).says(up)
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`

  expect(lesson.output).toContain(`Open\n  ${guide}/?present  the guide\n`)
  const { headers } = await fetch(`http://127.0.0.1:${ports.PORT}`)
  expect(headers.get('content-security-policy')).toContain(`frame-ancestors ${guide}`)
  expect((await fetch(guide)).status).toBe(200)
})

test('the SMTP port of lesson 3 can be taken too', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const ports = { ...freePorts(), SMTP_PORT: String(taken.port) }
  await using lesson = new Program([...lessonVerb, '3'], ports)

  expect(await lesson.ended()).toBe(1)
  expect(lesson.errors).toContain(`Port ${taken.port} is in use already. Choose another`)
})

for (const port of ['', '0', 'x', '65536', '-1', '1.5'])
  test(`a port that is none is named: ${JSON.stringify(port)}`, async () => {
    await using app = new Program(['lessons/01-simple-counter/app.tsx'], { PORT: port })

    expect(await app.ended()).toBe(1)
    expect(app.errors).toBe(`PORT must be a port from 1 to 65535, got ${JSON.stringify(port)}.\n`)
  })

test('the port that is advised is none of the kit', () => {
  const ports = [
    3001,
    ...lessons.flatMap(({ processes }) => processes.flatMap(({ port }) => port ?? [])),
  ]

  expect(ports.filter((port) => ports.includes(port + 100))).toEqual([])
})

test('an app on its own says the command that takes another port', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  await using app = new Program(['lessons/01-simple-counter/app.tsx'], {
    PORT: String(taken.port),
  })

  expect(await app.ended()).toBe(1)
  expect(app.errors).toEndWith(`PORT=${taken.port + 100} bun lessons/01-simple-counter/app.tsx\n`)
})

test('a process that dies ends the lesson, which names it', async () => {
  await using lesson = await new Program([...lessonVerb, '2'], freePorts()).says(up)
  const children = lesson.children

  process.kill(children[0]!, 'SIGKILL')

  expect(await lesson.ended()).toBe(1)
  expect(lesson.errors).toContain('slow-api was killed (SIGKILL).')
  expect(children.filter(isAlive)).toEqual([])
})

test('in a terminal, with a guide that can start it again, a process that dies does not end the lesson', async () => {
  const ports = freePorts()
  await using lesson = new TerminalProgram([process.execPath, ...lessonVerb, '2'], home, ports)
  await lesson.shows('Ctrl-C stops everything.')
  const [slowApi = 0] = childrenOf(lesson.pid)

  process.kill(slowApi, 'SIGKILL')
  await lesson.shows('slow-api was killed (SIGKILL).')
  await lesson.shows('The guide can start it again')
  const page = await fetch(`http://127.0.0.1:${ports.GUIDE_PORT}`)
  const again = await fetch(`http://127.0.0.1:${ports.GUIDE_PORT}/restart`, { method: 'POST' })

  expect([page.status, again.ok]).toEqual([200, true])
  await until('it runs again', () => childrenOf(lesson.pid).length === 2)
  lesson.signal('SIGINT')
  expect(await lesson.ended()).toBe(0)
})

test('a lesson that is stopped finishes its tasks first, with the service still there', async () => {
  const ports = freePorts()
  const env = { ...ports, SLOW_DELAY: '500' }
  await using lesson = await new Program([...lessonVerb, '2'], env).says(up)
  await fetch(`http://127.0.0.1:${ports.PORT}/submit`, { method: 'POST' })

  lesson.signal('SIGTERM')

  expect(await lesson.ended()).toBe(0)
  expect(lesson.output).toContain('app      | SIGTERM: stopping, 2 tasks to finish.')
  expect(lesson.complaints).toBe('')
})

test('output that goes to a file has no colours in it', async () => {
  await using lesson = await new Program([...lessonVerb, '1'], {
    ...freePorts(),
    NO_COLOR: '',
  }).says(up)

  expect(lesson.output).not.toContain('\u001B')
})

/** The guide's server: who may ask, what it answers, and what it tells an open page. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'

import { lessons } from '../../lessons'
import { piecesOf } from '../../lessons/kit/guide/ansi'
import { guideApp } from '../../lessons/kit/guide/app'
import { startGuide } from '../../lessons/kit/guide/guide'
import { highlight } from '../../lessons/kit/guide/highlight'
import { proofs } from '../../lessons/kit/guide/proofs'
import { renderMarkdown, splitReadme } from '../../lessons/kit/guide/readme'
import { textsOf } from '../../lessons/kit/guide/sources'
import { Watch } from '../../lessons/kit/guide/watch'
import type { LaneEvent, ParentEvent, ProcessEvent } from '../../lessons/kit/lanes/events'
import { SceneBuilder } from '../../lessons/kit/lanes/scene'
import { freePort } from '../support/program'
import { PaperLesson, refusedSignup } from '../support/running'
import { until } from '../support/until'

let paper: PaperLesson
let watch: Watch
let app: ReturnType<typeof guideApp>

beforeEach(() => begin(new PaperLesson(3)))
afterEach(() => watch[Symbol.dispose]())

function begin(lesson: PaperLesson) {
  watch?.[Symbol.dispose]()
  paper = lesson
  watch = new Watch(paper)
  app = guideApp(paper, watch, 'first')
}

describe('what it answers', () => {
  test('the page of the lesson that runs, with its README, app, code, terminal and lanes', async () => {
    const page = await textAt('/')

    for (const id of ['lesson', 'app', 'code', 'terminal', 'lanes'])
      expect(page).toContain(`id="${id}"`)
    expect(page).toContain('<h2>3. Ordered tasks</h2>')
    expect(page).toContain('hx-sse:connect="/events"')
    expect(page).toContain('aria-pressed="false">Mail server down</button>')
  })

  test('the page of another lesson, to be read: without app, terminal and lanes', async () => {
    const page = await textAt('/lesson/2')

    expect(page).toContain('<h2>2. A slow API</h2>')
    expect(page).toContain('id="slow-api.ts-L1"')
    for (const part of ['<iframe', 'id="lanes"', 'id="terminal"', '/live', 'Restart'])
      expect(page).not.toContain(part)
  })

  test.each(['/lesson/9', '/lesson/3x', '/nothing', '/failures/0'])(
    'nothing is at %s, and a page says so',
    async (path) => {
      const answer = await ask(path)

      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('No such page')
    },
  )

  test('the panel that the address names is in front', async () => {
    expect(await textAt('/?tab=terminal')).toMatch(/id="terminal" class="[^"]*front[^"]*only"/)
    expect(await textAt('/?tab=lanes')).toContain('data-only="lanes"')
    expect(await textAt('/?tab=%22%3E%3Cb%3E')).toContain('data-only="lesson"')
  })

  test('each script and style that its page loads is here', async () => {
    const addresses = [...(await textAt('/')).matchAll(/(?:src|href)="(\/[\w-]+\.(?:js|css))"/g)]

    expect(addresses.length).toBeGreaterThan(7)
    for (const [, address = ''] of addresses) {
      const answer = await ask(address)
      expect([address, answer.status]).toEqual([address, 200])
      expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
    }
  })
})

describe('who may ask', () => {
  test('its own pages may press a button, a foreign one may not', async () => {
    const press = (headers: Record<string, string>) =>
      ask('/failures/0', { method: 'POST', headers })

    expect((await press({ origin: 'http://evil.test' })).status).toBe(403)
    expect((await press({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect(paper.buttons[0]!.isOn).toBe(false)
    expect((await press({ origin: 'http://localhost' })).status).toBe(200)
    await until('it is pressed', () => paper.buttons[0]!.isOn)
  })

  test('a foreign name that leads here gets nothing', async () => {
    const answer = await ask('/', { headers: { host: 'evil.test' } })

    expect(answer.status).toBe(421)
    expect(await answer.text()).not.toContain('<h2>')
  })

  test('its frame may hold the lesson and nothing else, and nobody may hold the guide', async () => {
    begin(new PaperLesson(3, { app: 'http://127.0.0.1:4310', mail: 'http://127.0.0.1:4311' }))
    const policy = (await ask('/')).headers.get('content-security-policy')?.split('; ')

    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain('frame-src http://127.0.0.1:4311 http://127.0.0.1:4310')
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('no page has a script or a style of its own', async () => {
    for (const path of ['/', '/lesson/1', '/lesson/5', '/?present'])
      expect(await textAt(path)).not.toMatch(/<script(?! src)|<style| style="| on\w+="/)
  })
})

describe('what a lesson says is text', () => {
  const hostile = '<img src=x onerror=alert(1)>"&\u001B[31m'

  test('in the names of buttons and pages, and in the words of an error', async () => {
    begin(new HostileLesson(hostile))
    await ask('/failures/0', { method: 'POST' })
    await until('the press has failed', () => watch.trouble !== '')

    for (const path of ['/', '/controls', '/state'])
      expect(await textAt(path)).not.toContain('<img')
    expect(await textAt('/controls')).toContain('&lt;img src=x')
  })

  test('in the terminal: colours are kept, other codes are dropped', () => {
    const line =
      '\u001B[31mred\u001B]0;title\u0007\u001B[0m \u001B[2J<b>\u001B[1;32mok\u001B[39m!\u001B[38;5;9mx\r'

    expect(piecesOf(line)).toEqual([
      { text: 'red', style: 'red' },
      { text: ' <b>', style: '' },
      { text: 'ok', style: 'bold green' },
      { text: '!', style: 'bold' },
      { text: 'x', style: 'bold' },
    ])
    expect(piecesOf('a\u001B[')).toEqual([{ text: 'a', style: '' }])
    expect(piecesOf('\u202Eabc\u0000')).toEqual([{ text: 'abc', style: '' }])
  })

  test('in a README: no HTML, and no address but those of the web and the code', () => {
    const html = renderMarkdown(
      '# <script>a</script>\n\n[x](javascript:alert(1)) <b onclick=x>y</b> [z](https://bun.sh/"a)\n',
      [],
    )

    expect(html).not.toMatch(/<(script|b )/)
    expect(html).not.toContain('javascript:')
    expect(html).toContain('<a href="https://bun.sh/&quot;a" target="_blank"')
  })

  test('in source: each line is as long as it is in the file', () => {
    for (const lesson of lessons)
      for (const { path, text } of textsOf(lesson).files) {
        const plain = highlight(path, text)
          .map((line) => line.replaceAll(/<\/?span[^>]*>/g, ''))
          .join('\n')
        expect([path, plain]).toEqual([path, Bun.escapeHTML(text.replace(/\n$/, ''))])
      }
  })
})

describe('what it tells an open page', () => {
  test('lines of the terminal, from the first, then as they come', async () => {
    paper.print('app', 'out', 'one')
    await using live = await open('/live')
    await live.says('"one"')

    paper.print('app', 'err', '<b>two</b>')

    await live.says('["app","err",[{"text":"<b>two</b>","style":""}]]')
    await live.says('id: first-2')
  })

  test('a page that was cut off goes on behind its last line', async () => {
    for (const line of ['one', 'two', 'three']) paper.print('app', 'out', line)
    await using live = await open('/live', { 'last-event-id': 'first-2' })

    await live.says('"three"')
    expect(live.text).not.toContain('"two"')
  })

  test('the id of another run of the program leads to the first line', async () => {
    paper.print('app', 'out', 'one')
    await using live = await open('/live', { 'last-event-id': 'earlier-1' })

    await live.says('"one"')
  })

  test('events of the lanes in batches, with ids to go on from', async () => {
    const events = refusedSignup(1_000)
    paper.tell(...events)
    await using lanes = await open('/events', { 'last-event-id': 'first-3' })

    await lanes.says('id: first-8')
    const [, data = '[]'] = /data: (.*)/.exec(lanes.text) ?? []
    const batch = JSON.parse(data) as LaneEvent[]
    expect(batch.map(({ n }) => n)).toEqual([4, 5, 6, 7, 8])
  })

  test('that a process listens, and since when', async () => {
    await using live = await open('/live')

    paper.turn('app', 'ready', 5_000)

    await live.says('event: ready\ndata: {"app":5000}')
    await live.says('event: state')
    expect(await textAt('/')).toContain('data-since="5000"')
  })

  test('what happened, once the lanes show it, and not before', async () => {
    await using live = await open('/live')
    expect(await textAt('/prediction')).not.toContain('what happened')
    expect(await textAt('/')).not.toContain(Bun.escapeHTML(paper.lesson.prediction.because))

    paper.tell(...refusedSignup(1_000))

    await live.says('event: happened')
    const answer = await textAt('/prediction')
    expect(answer).toContain(paper.lesson.prediction.because)
    expect(answer).toContain('the visitor had a 200 after 4 ms')
    expect(answer).toContain('notifyAdmin never started')
    expect(answer.match(/what happened/g)).toHaveLength(1)
  })
})

test('a lesson that never answers holds up nothing', async () => {
  paper.patience = new Promise(() => {})

  for (const path of ['/restart', '/failures/0'])
    expect((await ask(path, { method: 'POST' })).status).toBe(200)
  expect(await textAt('/state')).toContain('starting')
})

test('a process that is gone is named with the time', async () => {
  paper.turn('mail', 'stopped', new Date(2026, 10, 29, 12, 31, 5).getTime())
  await until('it is noticed', () => watch.goneSince.has('mail'))

  expect(await textAt('/state')).toContain('✗ mail not running since 12:31:05')
})

describe('its port', () => {
  const before = Bun.env.GUIDE_PORT
  afterEach(() => {
    if (before === undefined) delete Bun.env.GUIDE_PORT
    else Bun.env.GUIDE_PORT = before
  })

  test('localhost leads to the address that lessons may be shown at', async () => {
    const port = (Bun.env.GUIDE_PORT = String(freePort()))
    await using guide = startGuide(paper)

    const answer = await fetch(`http://localhost:${port}/lesson/2?tab=code`, { redirect: 'manual' })

    expect(guide.origin).toBe(`http://127.0.0.1:${port}`)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(`http://127.0.0.1:${port}/lesson/2?tab=code`)
  })

  test('that is taken is a sentence that names the variable', async () => {
    using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    Bun.env.GUIDE_PORT = String(taken.port)
    await using guide = startGuide(paper)

    expect(guide.origin).toBeUndefined()
    expect(guide.trouble).toBe(
      `No guide: port ${taken.port} is in use already. Choose another: GUIDE_PORT=${taken.port + 100} bun run lesson 3`,
    )
  })

  test.each(['x', '0', '65536', ''])('that is none is a sentence: %p', async (port) => {
    Bun.env.GUIDE_PORT = port
    await using guide = startGuide(paper)

    expect(guide.trouble).toBe(
      `No guide: GUIDE_PORT must be a port from 1 to 65535, got ${JSON.stringify(port)}.`,
    )
  })

  test('a guide that is stopped lets go of pages that are open', async () => {
    Bun.env.GUIDE_PORT = String(freePort())
    const guide = startGuide(paper)
    const answer = await fetch(`${guide.origin}/live`)
    const reading = answer.text().catch(() => 'cut off')

    await guide[Symbol.asyncDispose]()

    expect(typeof (await reading)).toBe('string')
  })
})

describe('predictions', () => {
  test.each(lessons)(
    'README, terminal and guide of lesson $number offer the same',
    async (lesson) => {
      const { question, options } = lesson.prediction
      const { asked } = splitReadme(textsOf(lesson).readme)
      const page = await textAt(`/lesson/${lesson.number}`)
      const form = /<fieldset.*?<\/fieldset>/s.exec(page)?.[0] ?? ''

      expect(asked).toEqual({ question, options: [...options] })
      expect(form).toContain(question)
      expect(
        [...form.matchAll(/<label>.*?<span><span>(.*?)<\/span>/g)].map(([, text]) => text),
      ).toEqual([...options])
      expect(lesson.prediction.answer).toBeLessThan(options.length)
    },
  )

  test('lesson 3 has happened when a failed task has stopped another', () => {
    const events = refusedSignup(1_000)

    expect(proofs[3](sceneOf(events.slice(0, -1)))).toBeUndefined()
    expect(proofs[3](sceneOf(events))).toHaveLength(2)
  })

  test('lesson 1 has happened when the counter has ended behind its page', () => {
    const events = called('counter', request(1, 1_000, 'GET', '/', [5, 10_005]))
    const block = called('block', request(2, 500, 'POST', '/block', [5, 1_005]))

    expect(proofs[1](sceneOf([...block, ...events.slice(0, -1)]))).toBeUndefined()
    expect(proofs[1](sceneOf(events))?.map(({ words }) => words)).toEqual([
      'the page had left after 4 ms',
      'the counter ended 10,001 ms later',
    ])
  })

  test('lesson 2 has happened when two of three presses of one second have no row', () => {
    const presses = (...each: [at: number, end: 'succeeded' | 'failed'][]) =>
      each.flatMap(([at, status], index) => [
        ...called('addBySecond', request(index + 1, at, 'POST', '/submit', [5, 3_005])).slice(
          0,
          -1,
        ),
        { type: 'task', at: at + 3_005, id: index + 1, name: 'addBySecond', status } as const,
      ])
    const two = presses([1_000, 'succeeded'], [1_400, 'failed'], [2_100, 'succeeded'])
    const three = presses(
      [900, 'succeeded'],
      [1_000, 'failed'],
      [1_400, 'succeeded'],
      [1_900, 'failed'],
    )

    expect(proofs[2](sceneOf(two))).toBeUndefined()
    expect(proofs[2](sceneOf(three.slice(0, -1)))).toBeUndefined()
    expect(proofs[2](sceneOf(three))).toEqual([
      { show: { request: 'app-0-2', task: 2 }, words: 'answered with a 200, and no row' },
      { show: { request: 'app-0-3', task: 3 }, words: 'a row' },
      { show: { request: 'app-0-4', task: 4 }, words: 'answered with a 200, and no row' },
    ])
  })

  test('lesson 4 has happened when somebody waited for a task that computed', () => {
    const task = request(1, 1_000, 'POST', '/here', [5, 1_005])
    const hole = { type: 'hole', from: 1_006, to: 2_010 } as const
    const next = request(2, 2_011, 'GET', '/ping')

    expect(proofs[4](sceneOf([...task, ...next]))).toBeUndefined()
    expect(proofs[4](sceneOf([...task, hole]))).toBeUndefined()
    const busy = { type: 'hole', from: 2_500, to: 2_600 } as const
    const later = request(2, 2_601, 'GET', '/')
    expect(proofs[4](sceneOf([...task, hole, busy, ...later]))).toBeUndefined()
    expect(proofs[4](sceneOf([...task, hole, ...next]))?.map(({ words }) => words)).toEqual([
      'who started it had an answer after 4 ms',
      'the next waited up to 1,004 ms',
    ])
  })

  test('lesson 5 has happened when a job that was not done at the kill is done', () => {
    const job = { type: 'job', id: 'a', name: 'sendWelcomeEmail', queue: 'signup' } as const
    const killed = {
      type: 'process',
      at: 1_500,
      status: 'killed',
      text: 'app was killed (SIGKILL)',
    }
    const before: Told = [
      { ...job, at: 1_000, status: 'stored' },
      { ...job, at: 1_100, status: 'running', attempt: 1 },
      killed as Told[number],
      { ...job, at: 2_000, status: 'running', attempt: 2 },
    ]

    expect(proofs[5](sceneOf(before))).toBeUndefined()
    const after = sceneOf([...before, { ...job, at: 2_500, status: 'succeeded', attempt: 2 }])
    expect(proofs[5](after)?.map(({ words }) => words)).toEqual([
      '1 were not sent when it was killed, and all of them are now',
    ])
  })

  test('lesson 6 has happened when a second tab came for changes while mails went', () => {
    const mailing = called('sendAll', request(1, 1_000, 'POST', '/mailings', [5, 20_005]))
    const tab = (at: number, path: string) => request(2, at, 'GET', `/mailings/a/${path}`)

    expect(proofs[6](sceneOf([...mailing, ...tab(6_005, 'events')]))).toBeUndefined()
    expect(proofs[6](sceneOf([...mailing, ...tab(30_000, 'changes')]))).toBeUndefined()
    const scene = sceneOf([...mailing, ...tab(6_005, 'changes')])
    expect(proofs[6](scene)?.map(({ words }) => words)).toEqual([
      'mails went from here on, for 5,000 ms before the second tab came',
      'it was sent what changed from here on',
    ])
  })
})

/** A request that is answered after 2 ms and has left after 4, and its task, if it has one. */
function request(
  id: number,
  at: number,
  method: string,
  path: string,
  [start, end]: [number, number] = [0, 0],
): Told {
  const task = { type: 'task', id, name: 'work', request: id } as const
  return [
    { type: 'request', at, id, status: 'arrived', method, path },
    ...(end ? ([{ ...task, at: at + 1, status: 'waiting' }] as const) : []),
    { type: 'request', at: at + 2, id, status: 'answered', code: 200 },
    { type: 'request', at: at + 4, id, status: 'sent' },
    ...(end
      ? ([
          { ...task, at: at + start, status: 'running' },
          { ...task, at: at + end, status: 'succeeded' },
        ] as const)
      : []),
  ]
}

/** The same, its task under another name. */
function called(name: string, events: Told): Told {
  return events.map((event) => (event.type === 'task' ? { ...event, name } : event))
}

type Told = (ProcessEvent | ParentEvent)[]

function sceneOf(events: Told) {
  const builder = new SceneBuilder()
  for (const [index, event] of events.entries())
    builder.add({ n: index + 1, process: 'app', ...event })
  return builder.scene
}

class HostileLesson extends PaperLesson {
  constructor(words: string) {
    super(3, { app: `http://127.0.0.1:9/${words}` })
    this.buttons[0]!.label = words
    for (const process of this.processes()) Object.assign(process, { page: words })
    this.patience = Promise.reject(new Error(words))
    this.patience.catch(() => {})
  }
}

function ask(path: string, init?: RequestInit): Promise<Response> {
  return app.handle(new Request(`http://localhost${path}`, init))
}

async function textAt(path: string): Promise<string> {
  return (await ask(path)).text()
}

/** Opens a stream of events, and reads it until it is disposed of. */
async function open(path: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController()
  const answer = await ask(path, { headers, signal: leaving.signal })
  const stream = { text: '' }
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      stream.text += value
    }
  })().catch(() => {})
  return Object.assign(stream, {
    says: (words: string) => until(`it says ${words}`, () => stream.text.includes(words)),
    [Symbol.asyncDispose]: async () => {
      leaving.abort()
      await reader.cancel().catch(() => {})
      await reading
    },
  })
}

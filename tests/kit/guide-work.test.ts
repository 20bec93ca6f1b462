/** The guide's server beside an exercise: what it shows of files, check, hints and differences, and what it keeps back. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { guideApp } from '../../lessons/kit/guide/app'
import { Watch } from '../../lessons/kit/guide/watch'
import { hintsOf } from '../../lessons/kit/hints'
import { PaperLesson, PaperWork, refusedSignup, verdictOf } from '../support/running'

const root = join(import.meta.dir, '../..')
const solution = await Bun.file(join(root, 'lessons/03-ordered-tasks/solution/app.tsx')).text()
const start = await Bun.file(join(root, 'lessons/03-ordered-tasks/start/app.tsx')).text()
mkdirSync(join(root, 'dist'), { recursive: true })
const folder = mkdtempSync(join(root, 'dist/work-'))
afterAll(() => rmSync(folder, { recursive: true }))

let paper: PaperLesson
let work: PaperWork
let watch: Watch
let app: ReturnType<typeof guideApp>

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  write('app.tsx', start)
  work = new PaperWork(folder)
  paper = Object.assign(new PaperLesson(3), { work })
  watch = new Watch(paper)
  app = guideApp(paper, watch, 'first')
})
afterEach(() => watch[Symbol.dispose]())

describe('the tabs', () => {
  test('of a lesson whose exercise is worked on are all there', async () => {
    expect((await tabsAt('/')).join(' ')).toBe(
      'lesson exercise check hints diff app code terminal lanes',
    )
    expect(await textAt('/?tab=check')).toMatch(/id="check" class="[^"]*only"/)
  })

  test('begin with the exercise where it is worked on, and with the lesson elsewhere', async () => {
    const first = async (path: string) =>
      /id="(\w+)" class="[^"]*only"/.exec(await textAt(path))?.[1]

    expect(await first('/')).toBe('exercise')
    expect(await first('/?tab=lesson')).toBe('lesson')
    expect(await first('/lesson/2')).toBe('lesson')
  })

  test('of another lesson, and without work, are those with something in them', async () => {
    expect(await tabsAt('/lesson/2')).toEqual(['lesson', 'exercise', 'code'])

    const lesson = new PaperLesson(3)
    using alone = new Watch(lesson)
    app = guideApp(lesson, alone, 'first')

    expect(await tabsAt('/')).toEqual(['lesson', 'exercise', 'app', 'code', 'terminal', 'lanes'])
    expect(await textAt('/')).toContain('bun run kit work 3')
    expect(await textAt('/')).not.toContain('class="check"')
    expect(await statusAt('/exercise/check')).toBe(404)
  })

  async function tabsAt(path: string): Promise<(string | undefined)[]> {
    const nav = /<nav class="all-tabs".*?<\/nav>/s.exec(await textAt(path))?.[0] ?? ''
    return [...nav.matchAll(/data-tab="(\w+)"/g)].map(([, id]) => id)
  }
})

describe('the exercise', () => {
  test('is what is on disk now, with what is to be done and where', async () => {
    write('own.ts', '// TODO 7: mine\n')
    write('own.before-reset.ts', 'export const old = 1\n')
    const line = start.split('\n').findIndex((text) => text.includes('// TODO 1')) + 1

    const text = await textAt('/exercise/text')
    write('own.ts', '// TODO 7: yours\n')

    expect(text).toContain(`<a href="#exercise/app.tsx-L${line}">exercise/app.tsx:${line}</a>`)
    expect(text).toContain('mine')
    expect(await textAt('/exercise/text')).toContain('yours')
    expect(await textAt('/exercise/sources')).toContain('id="exercise/own.ts-L1"')
    expect(await textAt('/exercise/files')).not.toContain('before-reset')
  })

  test('stands before the files of the lesson, and each line has one id', async () => {
    const page = await textAt('/')
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)

    expect(page.indexOf('id="exercise/app.tsx"')).toBeLessThan(page.indexOf('id="app.tsx"'))
    expect(ids.length).toBe(new Set(ids).size)
  })
})

test('what the exercise does is no answer to the prediction, which is about the lesson', async () => {
  for (const event of refusedSignup(1_000)) paper.recorder.record('app', event)
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  watch.tell(({ event }) => event === 'last' && resolve(), watch.signal)
  await heard

  expect(await textAt('/prediction')).not.toContain('what happened')
})

describe('the check', () => {
  test('is a line for each fact: it holds, is broken, or is not looked at yet', async () => {
    expect(await textAt('/exercise/check')).toContain('The first check is running.')
    work.check(verdictOf('notifyAdmin started.', { events: refusedSignup(1_000).map(numbered) }))

    const text = await textAt('/exercise/check')

    expect(text).toContain('1 of 3')
    expect(text).toMatch(/✓<\/b> <span>The page is there\./)
    expect(text).toMatch(/✗<\/b> <span><b>The second mail is not sent\..*notifyAdmin started\./)
    expect(text).toMatch(/·<\/b> <span><span>The app knows of it\..*Not looked at yet\./)
    expect(text).toMatch(/<pre[^>]*>[^<]*sendWelcomeEmail ✗ 300 ms/)
  })

  test('is one line in the head, with what to type when all of it holds', async () => {
    work.check(verdictOf('notifyAdmin started.'))
    expect(await textAt('/')).toMatch(
      /class="check".*data-tab="check">Check<.*✗ notifyAdmin started\..*data-tab="hints">Hint</s,
    )

    work.check(verdictOf())

    expect(await textAt('/exercise/line')).toContain('✓ 3 of 3')
    expect(await textAt('/exercise/line')).toContain('Next: bun run lesson 4')
    expect(await textAt('/exercise/line')).not.toContain('Hint')
  })

  test('is not yet known of what has just been saved', async () => {
    work.check(verdictOf('notifyAdmin started.', at('app.tsx', 2)))
    expect(await textAt('/exercise/sources')).toMatch(
      /id="exercise\/app.tsx-L2" class="line broken"/,
    )

    work.save()

    expect(await textAt('/exercise/line')).toContain('◌')
    expect(await textAt('/exercise/check')).toContain('What is saved is being checked.')
    expect(await textAt('/exercise/sources')).not.toContain('broken')
  })

  test('leads to the place that it names, and marks it', async () => {
    const { broken } = at('app.tsx', 7)
    work.check(verdictOf('', { broken: { ...broken, sentence: `${broken.place.file}:7 throws.` } }))

    expect(await textAt('/exercise/check')).toContain(
      '<a href="#exercise/app.tsx-L7">exercise/app.tsx:7</a><span> throws.</span>',
    )
    expect(await textAt('/')).toMatch(/id="exercise\/app.tsx-L7" class="line broken"/)
  })

  test('of an app that did not start has no facts, and says so', async () => {
    const broken = { fact: 'The app starts.', sentence: 'app ended with exit code 1.' }
    work.check({ ...verdictOf(), facts: [], of: 0, passed: [], broken })

    expect(await textAt('/exercise/check')).toContain('No fact can be looked at yet.')
    expect(await textAt('/exercise/line')).toContain('✗ app ended with exit code 1.')
  })
})

describe('what a learner has written is text', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&</pre></script>\u202E\u001B[31m'
  const name = `a <img src=x onerror=alert(1)> "b' & #%20.tsx`

  test('in a sentence and in a fact', async () => {
    const broken = { fact: hostile, sentence: hostile }
    work.check(verdictOf('', { broken, facts: ['', hostile, hostile] }))

    for (const path of ['/', '/exercise/line', '/exercise/check']) {
      const text = await textAt(path)
      for (const part of ['<img', '\u202E', '\u001B']) expect(text).not.toContain(part)
      expect(text).toContain('&lt;img src=x')
    }
  })

  test('in the name of a file, which still leads to it', async () => {
    write(name, `// TODO 2: ${hostile.slice(0, 40)}\n`)
    work.check(verdictOf('It throws.', at(name, 1)))

    for (const path of [
      '/',
      '/exercise/text',
      '/exercise/files',
      '/exercise/sources',
      '/exercise/diff',
    ])
      expect([path, await textAt(path)]).toEqual([path, expect.not.stringContaining('<img')])
    const check = await textAt('/exercise/check')
    const [, href = ''] = /href="#([^"]+)"/.exec(check) ?? []
    expect(decodeURIComponent(href)).toBe(`exercise/${name}-L1`)
    expect(await textAt('/exercise/sources')).toContain(`id="${href}" class="line broken"`)
  })

  test('in its source, as it is and compared', async () => {
    write('app.tsx', `${start}\nconst page = ${hostile}\n`)

    for (const path of ['/', '/exercise/text', '/exercise/sources', '/exercise/diff'])
      expect([path, await textAt(path)]).toEqual([path, expect.not.stringContaining('<img')])
    expect(await textAt('/exercise/diff')).toContain('+ const page = &lt;img src=x')
  })
})

describe('help', () => {
  test('hints are given one by one, and none before it is asked for', async () => {
    const hints = hintsOf(paper.lesson).map((hint) => hint.split('`').at(-1)!.slice(0, 20))
    const given = async () => {
      const page = await textAt('/')
      return hints.filter((hint) => page.includes(Bun.escapeHTML(hint))).length
    }

    expect(hints).toHaveLength(3)
    expect(await given()).toBe(0)
    await post('/exercise/hints/3')
    expect(await given()).toBe(0)
    await post('/exercise/hints/1')
    await post('/exercise/hints/1')
    expect(await given()).toBe(1)
    await post('/exercise/hints/2')
    expect(await post('/exercise/hints/3')).toContain('That is the last one.')
    expect(await given()).toBe(3)
  })

  test('what is changed since the start is shown; the solution is asked for once', async () => {
    write('app.tsx', `// mine\n${start}`)
    work.check(verdictOf('notifyAdmin started.'))
    const [secret = ''] = solution.split('\n').filter((line) => line && !start.includes(line))
    const isShown = async () => (await textAt('/exercise/diff')).includes(Bun.escapeHTML(secret))

    expect(await textAt('/exercise/diff')).toContain('+ // mine')
    expect(await post('/exercise/diff/solution')).toContain('Show the solution all the same?')
    expect(await isShown()).toBe(false)
    await post('/exercise/diff/start')
    expect(await textAt('/exercise/diff')).not.toContain('all the same')
    expect(await post('/exercise/diff/solution?sure')).toContain('- // mine')
    expect(await isShown()).toBe(true)
    await post('/exercise/diff/start')
    await post('/exercise/diff/solution')
    expect(await isShown()).toBe(true)
  })

  test('after a pass nobody is asked', async () => {
    work.check(verdictOf())

    expect(await post('/exercise/diff/solution')).toContain('+ solution')
  })

  test('only the pages of the guide may ask for it', async () => {
    for (const path of ['/exercise/hints/1', '/exercise/diff/solution?sure']) {
      const headers = { origin: 'http://evil.test' }
      expect((await ask(path, { method: 'POST', headers })).status).toBe(403)
    }
    expect([watch.progress?.hints.count, watch.progress?.comparison]).toEqual([0, 'start'])
  })
})

describe('what an open page is told', () => {
  test('of a save and of each verdict; a later page of the last one', async () => {
    const heard = listen()
    work.save()
    work.check(verdictOf('notifyAdmin started.'))
    work.check(verdictOf())

    expect(heard()).toEqual([
      'check busy',
      'saved',
      'check busy',
      'saved',
      'check bad',
      'check good',
    ])
    expect(listen()()).toEqual(['check good', 'saved'])
    expect(await textAt('/')).toContain('data-check="good"')
  })

  test('of a hint that is opened in the terminal; one that is opened in a page is open in both', async () => {
    const heard = listen('hints')

    work.hints.open(1)

    expect(heard()).toEqual(['hints 0', 'hints 1'])
    expect(await textAt('/exercise/hints')).toContain('Show hint 2 of 3')
    await post('/exercise/hints/2')
    expect(work.hints.count).toBe(2)
  })

  test('nothing, when the guide is over', () => {
    const heard = listen()
    watch[Symbol.dispose]()

    work.check(verdictOf())

    expect(heard()).toEqual(['check busy', 'saved'])
  })

  /** What is said of the work from now on. */
  function listen(...events: string[]): () => string[] {
    const wanted = events.length > 0 ? events : ['check', 'saved']
    const said: string[] = []
    watch.tell(({ event = '', data }) => {
      if (wanted.includes(event)) said.push(`${event} ${data}`.trim())
    }, new AbortController().signal)
    return () => said
  }
})

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

/** A broken fact with a place in a file of the exercise. */
function at(name: string, line: number) {
  const place = { file: relative(root, join(folder, name)), line }
  return { broken: { fact: 'The second mail is not sent.', sentence: 'It throws.', place } }
}

function numbered<Event>(event: Event, index: number) {
  return { n: index + 1, process: 'app', ...event }
}

function ask(path: string, init?: RequestInit): Promise<Response> {
  return app.handle(new Request(`http://localhost${path}`, init))
}

async function textAt(path: string): Promise<string> {
  return (await ask(path)).text()
}

async function statusAt(path: string): Promise<number> {
  return (await ask(path)).status
}

async function post(path: string): Promise<string> {
  return (await ask(path, { method: 'POST' })).text()
}

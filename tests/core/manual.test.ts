/** The manual: its snippets are files, which are type-checked with everything else, and run here. */
import { expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as library from '../../core'
import * as queues from '../../core/queue'
import { freePort, Program } from '../support/program'
import { until } from '../support/until'
import { app as primes } from './manual/pool'
import { app as signup } from './manual/signup'

const manual = readFileSync(new URL('../../core/README.md', import.meta.url), 'utf8')
const folder = new URL('manual/', import.meta.url).pathname
const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))

const snippets = [...manual.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code)

test.each(snippets)('a snippet is a file: %s', (snippet) => {
  expect(files.some((file) => file.includes(snippet.trim()))).toBe(true)
})

test('there are as many as there are files, but for the functions that they call', () => {
  expect(snippets.length).toBe(files.length - 1)
})

test.each([...Object.keys(library), ...Object.keys(queues)])('the manual tells of %s', (name) => {
  expect(manual).toMatch(new RegExp(`\\b${name}\\b`))
})

test('the apps of the snippets answer, and their tasks run', async () => {
  for (const [app, path] of [
    [signup, '/signup'],
    [primes, '/primes'],
  ] as const) {
    const method = path === '/signup' ? 'POST' : 'GET'
    const response = await app.handle(new Request(`http://localhost${path}`, { method }))
    expect(response.status).toBe(200)
    const { finished } = await app.decorator.background.drain()
    expect(finished.map(({ status }) => status)).not.toContain('failed')
    expect(finished.length).toBeGreaterThan(0)
  }
})

test('the queue of the snippet runs its job', async () => {
  const state = mkdtempSync(join(tmpdir(), 'manual-'))
  const program = Bun.spawn([process.execPath, join(folder, 'mail.ts')], {
    env: { ...process.env, REDIS_URL: '', QUEUE_FILE: join(state, 'queue.sqlite') },
    stdout: 'pipe',
    stderr: 'pipe',
  })

  expect([await new Response(program.stderr).text(), await program.exited]).toEqual(['', 0])
  rmSync(state, { recursive: true })
})

test('a signal lets the job of the snippet that runs finish', async () => {
  const state = mkdtempSync(join(tmpdir(), 'manual-'))
  const env = { MAIL_TAKES: '300', REDIS_URL: '', QUEUE_FILE: join(state, 'queue.sqlite') }
  const port = freePort()
  await using app = new Program([join(folder, 'durable.ts')], { ...env, PORT: String(port) })
  const signUp = () => fetch(`http://127.0.0.1:${port}/signup`, { method: 'POST' })
  await until('it answers', () =>
    signUp().then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  await app.says('is being sent')

  app.signal('SIGTERM')

  expect(await app.ended()).toBe(0)
  expect(app.output).toEndWith('\nsent\n')
  rmSync(state, { recursive: true })
})

test.each(['README.md', 'core/README.md', 'tests/core/conformance/README.md', 'CONTRIBUTING.md'])(
  'every link of %s leads to something that is there',
  async (file) => {
    const url = new URL(`../../${file}`, import.meta.url)
    const text = await Bun.file(url).text()
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g))
      if (target.startsWith('#')) expect(headings).toContain(target.slice(1))
      else if (!target.startsWith('http'))
        expect([target, await Bun.file(new URL(target, url)).exists()]).toEqual([target, true])
  },
)

test('the front page is one, and its snippet is one of the manual', async () => {
  const text = await Bun.file(new URL('../../README.md', import.meta.url)).text()
  const [, snippet = ''] = /```ts\n([^]*?)```/.exec(text) ?? []

  expect(text.split('\n').length).toBeLessThanOrEqual(120)
  expect(snippets).toContain(snippet)
})

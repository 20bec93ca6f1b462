/** The guide beside an exercise, and the lanes of its requests in the terminal. */
import { afterAll, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'

import { freePorts } from '../support/program'
import { TerminalProgram } from '../support/terminal'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

const workspace = new Workspace()
afterAll(() => workspace[Symbol.dispose]())

const text = async (address: string) => (await fetch(address)).text()

test('at work, the guide is there, shows what the check says, and ends with it', async () => {
  const ports = freePorts()
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`
  await using kit = await workspace.kit(['work', '1'], ports).says('✗ lesson 1:')

  const [, said = 'nothing'] = /✗ lesson 1: (.*?\.)/.exec(kit.output) ?? []
  expect(kit.output).toContain(`\n  ${guide}  the guide\n`)
  expect(await text(guide)).toContain(`✗ ${said}`)
  kit.signal('SIGINT')

  expect(await kit.ended()).toBe(0)
  await until('the guide is gone', () =>
    fetch(guide).then(
      () => false,
      () => true,
    ),
  )
})

test('without a port for the guide, the exercise runs without it', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const ports = { ...freePorts(), GUIDE_PORT: String(taken.port) }
  await using kit = await workspace.kit(['work', '1'], ports).says('✗ lesson 1:')

  expect(kit.output).toContain(`No guide: port ${taken.port} is in use already.`)
})

test('the exercise may be shown in the frame of its guide, and the requests of a learner are drawn', async () => {
  const ports = freePorts()
  await using kit = await workspace.kit(['work', '2', '--lanes'], ports).says('✗ lesson 2:')
  const app = `http://127.0.0.1:${ports.PORT}`

  const page = await fetch(app)
  await fetch(`${app}/submit`, { method: 'POST' })

  expect(page.headers.get('content-security-policy')).toContain(
    `frame-ancestors http://127.0.0.1:${ports.GUIDE_PORT}`,
  )
  const drawn = () => kit.output.slice(kit.output.indexOf('(bun run kit hint 2)'))
  await until('the request is drawn', () => /\nrequest {2}POST \/submit.*\ntask /.test(drawn()))
})

test('the guide follows keys that change the exercise, and shows where it cannot be read', async () => {
  const ports = freePorts()
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`
  const app = workspace.path('01-simple-counter/exercise/app.tsx')
  const command = [process.execPath, 'lessons/kit/kit.ts', 'work', '1']
  await using kit = new TerminalProgram(command, workspace.folder, ports)
  await kit.shows('✗ lesson 1:')
  const shows = (path: string, words: string) =>
    until(`${path} shows ${words}`, async () => (await text(guide + path)).includes(words))

  kit.press('sy')
  await shows('/exercise/line', '✓ 5 of 5')
  expect(await text(`${guide}/exercise/text`)).toContain('No TODO is left in the files.')
  kit.press('r')
  await shows('/exercise/line', '✗ The visitor waited')
  expect(await text(`${guide}/exercise/text`)).toContain('TODO 1')
  writeFileSync(app, '\nconst\n')

  await shows('/exercise/check', '<a href="#exercise/app.tsx-L2">exercise/app.tsx:2</a>')
  expect(await text(`${guide}/exercise/sources`)).toContain(
    'id="exercise/app.tsx-L2" class="line broken"',
  )
})

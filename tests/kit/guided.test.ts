/** When the guide is there: in a terminal, or when it is asked for. */
import { afterAll, expect, test } from 'bun:test'

import { freePorts } from '../support/program'
import { TerminalProgram } from '../support/terminal'
import { until } from '../support/until'
import { Workspace } from '../support/workspace'

const workspace = new Workspace()
afterAll(() => workspace[Symbol.dispose]())

const up = 'Ctrl-C stops everything.'
const titleOf = async (address: string) => /<title>(.*?)<\/title>/.exec(await text(address))?.[1]
const text = async (address: string) => (await fetch(address)).text()

test('a lesson in a terminal has a guide beside it, which ends with it', async () => {
  const ports = freePorts()
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`
  const command = [process.execPath, 'lessons/kit/kit.ts', 'lesson', '1']
  await using lesson = await new TerminalProgram(command, workspace.folder, ports).shows(up)

  expect(lesson.shown).toContain(`${guide}  the guide`)
  expect(await titleOf(guide)).toContain('A simple counter')
  lesson.signal('SIGINT')

  expect(await lesson.ended()).toBe(0)
  await until('the guide is gone', () =>
    fetch(guide).then(
      () => false,
      () => true,
    ),
  )
})

test('a lesson whose output is a file has none, unless it is asked for', async () => {
  const ports = freePorts()
  const guide = `http://127.0.0.1:${ports.GUIDE_PORT}`
  await using without = await workspace.kit(['lesson', '1'], ports).says(up)
  expect(without.output).not.toContain('guide')
  without.signal('SIGINT')
  expect(await without.ended()).toBe(0)

  await using asked = await workspace.kit(['lesson', '1', '--guide'], ports).says(up)

  expect(asked.output).toContain(`${guide}  the guide`)
  expect(await titleOf(guide)).toContain('A simple counter')
})

test('--present names the page for a projector', async () => {
  const ports = freePorts()
  await using lesson = await workspace.kit(['lesson', '2', '--present'], ports).says(up)

  const address = `http://127.0.0.1:${ports.GUIDE_PORT}/?present`
  expect(lesson.output).toContain(`${address}  the guide`)
  expect(await text(address)).toContain('class="present"')
})

test('a port that is taken is a sentence, and the lesson runs without a guide', async () => {
  using taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const ports = { ...freePorts(), GUIDE_PORT: String(taken.port) }

  await using lesson = await workspace.kit(['lesson', '1', '--guide'], ports).says(up)

  expect(lesson.output).toContain(`No guide: port ${taken.port} is in use already.`)
  expect((await fetch(`http://127.0.0.1:${ports.PORT}/page.css`)).status).toBe(200)
})

test('at work, the guide shows what the check says', async () => {
  const ports = freePorts()
  await using kit = await workspace.kit(['work', '1', '--guide'], ports).says('✗ lesson 1:')

  const said = /✗ lesson 1: .*?\./.exec(kit.output)?.[0] ?? 'nothing'
  const page = await text(`http://127.0.0.1:${ports.GUIDE_PORT}/`)

  expect(page).toContain(said)
})

/** `work 1` in a terminal: its keys, and a terminal that is as before when it has ended. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'

import { childrenOf, isAlive } from '../support/processes'
import { freePorts } from '../support/program'
import { TerminalProgram } from '../support/terminal'
import { Workspace } from '../support/workspace'

const slug = '01-simple-counter'
let workspace: Workspace
beforeEach(() => {
  workspace = new Workspace()
})
afterEach(() => workspace[Symbol.dispose]())

function work(): Promise<TerminalProgram> {
  const command = [process.execPath, 'lessons/kit/kit.ts', 'work', '1']
  return new TerminalProgram(command, workspace.folder, freePorts()).shows('(h for a hint)')
}

test('the keys are named in one line, and h shows one hint more each time', async () => {
  await using kit = await work()
  expect(kit.shown).toContain(
    '\nKeys: h hint, d difference to the solution, s solution, r reset, n next exercise, q quit\n',
  )

  kit.press('h')
  await kit.shows('The next one: h\n')
  expect(kit.shown).not.toContain('Hint 2 of 3')
  kit.press('h')
  await kit.shows('Hint 2 of 3')
  kit.press('H')
  await kit.shows('Hint 3 of 3')
  await kit.shows('That is the last one. What is left: d\n')
  kit.press('h')
  await kit.shows('That is the last one. What is left: d\n')
  for (const hint of [1, 2, 3]) expect(kit.shown.split(`Hint ${hint} of 3`)).toHaveLength(2)
})

test('a hint that was opened in the guide is open in the terminal, too', async () => {
  await using kit = await work()
  const [guide] = /http:\S+(?= +the guide)/.exec(kit.shown) ?? []
  await fetch(`${guide}/exercise/hints/1`, { method: 'POST' })

  kit.press('h')

  await kit.shows('Hint 2 of 3')
  expect(await (await fetch(`${guide}/exercise/hints`)).text()).toContain('Show hint 3 of 3')
})

test('d shows the difference to the solution', async () => {
  await using kit = await work()

  kit.press('d')

  await kit.shows('- exercise   + solution\n')
})

test('s asks first; then the solution passes; r brings the start back', async () => {
  await using kit = await work()
  const exercise = () => readFileSync(workspace.path(slug, 'exercise/app.tsx'), 'utf8')

  kit.press('s')
  await kit.shows('Take the solution all the same? (y/N)')
  kit.press('\r')
  await kit.shows('Nothing is changed.')
  kit.press('sy')
  await kit.shows('Lesson 1 is solved. n goes on with exercise 2.\n')
  await kit.shows('First its lesson: Ctrl-C, then bun run lesson 2\n')
  expect(exercise()).toBe(readFileSync(workspace.path(slug, 'solution/app.tsx'), 'utf8'))
  kit.press('r')
  await kit.shows('✗ lesson 1:')

  expect(exercise()).toBe(readFileSync(workspace.path(slug, 'start/app.tsx'), 'utf8'))
  expect(kit.shown).not.toContain('Next: ')
  expect(kit.shown.match(/app\.tsx is saved/g)).toHaveLength(2)
})

test('r without a change starts anew all the same', async () => {
  await using kit = await work()

  kit.press('r')

  await kit.shows('✗ lesson 1:')
})

test('n goes on with the next exercise', async () => {
  await using kit = await work()
  const before = childrenOf(kit.pid)

  kit.press('n')
  await kit.shows('Exercise 2: A slow API\n')
  await kit.shows('✗ lesson 2:')

  expect(before.filter(isAlive)).toEqual([])
  writeFileSync(workspace.path('02-slow-api', 'exercise/own.ts'), '// mine')
  await kit.shows('own.ts is saved')
})

for (const [name, key] of [
  ['q', 'q'],
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
] as const)
  test(`${name} stops everything, and the terminal shows again what is typed`, async () => {
    const kit = await work()
    const children = childrenOf(kit.pid)
    expect(kit.echoes).toBe(false)

    kit.press(key)

    expect(await kit.ended()).toBe(0)
    expect(children.filter(isAlive)).toEqual([])
    expect(kit.echoes).toBe(true)
    await kit.shows('Nothing of the exercise is left running.\n')
  })

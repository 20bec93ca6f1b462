import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'

import { TerminalProgram } from '../../support/terminal'
import { Workspace } from '../../support/workspace'

const slug = '01-simple-counter'

test('before a pass, and without a terminal to ask in, the solution is not taken', async () => {
  using workspace = new Workspace()

  const { code, output, errors } = await workspace.run('solution', '1')

  expect([code, output]).toEqual([2, ''])
  expect(errors).toBe(
    'The check of lesson 1 does not pass yet, and there is no terminal to ask in. Try: bun run kit solution 1 --yes\n',
  )
  expect(await workspace.text(slug, 'exercise/app.tsx')).toBe(
    await workspace.text(slug, 'start/app.tsx'),
  )
})

test('with --yes it is taken, what was there is kept, and it passes', async () => {
  using workspace = new Workspace()
  await workspace.run('reset', '1')
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), '// mine')

  const { code, output } = await workspace.run('solution', '1', '--yes')

  expect(code).toBe(0)
  expect(output).toBe(
    `lessons/${slug}/exercise is the solution now.\n` +
      `What was there is in lessons/${slug}/exercise/app.before-solution.tsx.\n` +
      'Next: bun run kit diff 1 --start\n',
  )
  expect(await workspace.text(slug, 'exercise/app.before-solution.tsx')).toBe('// mine')
  expect((await workspace.run('check', '1')).code).toBe(0)
})

test('after a pass it is taken without a question', async () => {
  using workspace = new Workspace()
  await workspace.run('reset', '1')
  const mine = `${await workspace.text(slug, 'solution/app.tsx')}\n// mine\n`
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), mine)

  const { code } = await workspace.run('solution', '1')

  expect(code).toBe(0)
  expect(await workspace.text(slug, 'exercise/app.before-solution.tsx')).toBe(mine)
})

test('in a terminal it asks, and does nothing unless the answer is yes', async () => {
  using workspace = new Workspace()
  const ask = () =>
    new TerminalProgram(
      [process.execPath, 'lessons/kit/kit.ts', 'solution', '1'],
      workspace.folder,
    ).shows('Take the solution all the same? (y/N)')

  for (const answer of ['\r', 'n\r', '\u0004']) {
    await using kit = await ask()
    kit.press(answer)
    await kit.shows('Nothing is changed. Next: bun run kit hint 1\n')
    expect(await kit.ended()).toBe(0)
  }
  await using kit = await ask()
  kit.press('y\r')
  await kit.shows('is the solution now.\n')
  expect(await kit.ended()).toBe(0)
})

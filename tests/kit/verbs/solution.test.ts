import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'

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

test.skipIf(!Bun.which('script'))('in a terminal it asks, and takes no for an answer', () => {
  using workspace = new Workspace()
  const answer = (text: string) => {
    const kit = `${process.execPath} lessons/kit/kit.ts solution 1`
    const { stdout, exitCode } = Bun.spawnSync(['script', '-qec', kit, '/dev/null'], {
      cwd: workspace.folder,
      stdin: Buffer.from(text),
    })
    return [exitCode, stdout.toString().replaceAll('\r', '')] as const
  }

  const [code, said] = answer('\n')
  const [, saidToYes] = answer('y\n')

  expect(said).toContain('Take the solution all the same? (y/N)')
  expect(said).toContain('Nothing is changed. Next: bun run kit hint 1\n')
  expect(code).toBe(0)
  expect(saidToYes).toContain('is the solution now.\n')
})

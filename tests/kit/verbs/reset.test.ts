import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Workspace } from '../../support/workspace'

const slug = '01-simple-counter'
const mine = 'export const answer = 42\n'

test('reset puts the start files back, and keeps what was there beside them', async () => {
  using workspace = new Workspace()
  await workspace.run('check', '1')
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), mine)
  writeFileSync(workspace.path(slug, 'exercise/own.ts'), mine)

  const { code, output } = await workspace.run('reset', '1')

  expect(code).toBe(0)
  expect(output).toBe(
    `lessons/${slug}/exercise is as it was at the start.\n` +
      `What was there is in lessons/${slug}/exercise/app.before-reset.tsx.\n` +
      'Next: bun run kit work 1\n',
  )
  expect(await workspace.text(slug, 'exercise/app.tsx')).toBe(
    await workspace.text(slug, 'start/app.tsx'),
  )
  expect(await workspace.text(slug, 'exercise/app.before-reset.tsx')).toBe(mine)
  expect(await workspace.text(slug, 'exercise/own.ts')).toBe(mine)
})

test('a second reset does not overwrite what the first one has kept', async () => {
  using workspace = new Workspace()
  await workspace.run('reset', '1')
  for (const text of ['one', 'two', 'three']) {
    writeFileSync(workspace.path(slug, 'exercise/app.tsx'), text)
    await workspace.run('reset', '1')
  }

  const kept = ['', '-2', '-3'].map((end) =>
    workspace.text(slug, `exercise/app.before-reset${end}.tsx`),
  )
  expect(await Promise.all(kept)).toEqual(['one', 'two', 'three'])
})

test('what the kit has written itself is not kept', async () => {
  using workspace = new Workspace()
  await workspace.run('solution', '1', '--yes')

  const { output } = await workspace.run('reset', '1')

  expect(output).not.toContain('What was there')
  expect(existsSync(workspace.path(slug, 'exercise/app.before-reset.tsx'))).toBe(false)
})

test('reset of lesson 5 deletes the jobs and the shop of its exercise, and nothing else', async () => {
  using workspace = new Workspace()
  const folder = join(workspace.folder, 'points')
  mkdirSync(folder)
  for (const name of ['queue.sqlite', 'queue.sqlite-wal', 'shop.sqlite', 'other.sqlite'])
    writeFileSync(join(folder, name), '')

  const reset = workspace.kit(['reset', '5'], { POINTS_FOLDER: folder })

  expect(await reset.ended()).toBe(0)
  expect(reset.output).toContain('Its jobs and its shop are deleted.\n')
  const left = [...new Bun.Glob('*').scanSync(folder)]
  expect(left).toEqual(['other.sqlite'])
})

const hasGit = existsSync(join(import.meta.dir, '../../../.git')) && Bun.which('git')
test.skipIf(!hasGit)('git has start files, and does not look at exercises', () => {
  const git = (...args: string[]) => Bun.spawnSync(['git', ...args]).stdout.toString()

  expect(git('ls-files', 'lessons/*/exercise/*')).toBe('')
  expect(git('ls-files', 'lessons/*/start/app.tsx').trim().split('\n')).toHaveLength(6)
  expect(git('check-ignore', `lessons/${slug}/exercise/app.tsx`)).not.toBe('')
})

test('a file that cannot be written is a sentence, and a failure', async () => {
  using workspace = new Workspace()
  await workspace.run('check', '1')
  rmSync(workspace.path(slug, 'exercise/app.tsx'))
  mkdirSync(workspace.path(slug, 'exercise/app.tsx'))
  writeFileSync(workspace.path(slug, 'exercise/app.tsx/in-the-way.ts'), '')

  const { code, errors } = await workspace.run('reset', '1')

  expect(code).toBe(1)
  expect(errors.trim().split('\n')).toHaveLength(1)
  expect(errors).toContain('app.tsx')
})

import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'

import { Workspace } from '../../support/workspace'

const slug = '01-simple-counter'

test('diff shows what the exercise lacks from the solution, readable without colours', async () => {
  using workspace = new Workspace()

  const { code, output } = await workspace.run('diff', '1')

  expect(code).toBe(0)
  expect(output).toStartWith(`- exercise   + solution\n\nlessons/${slug}/exercise/app.tsx\nline `)
  expect(output).toMatch(/^- .*await counter\(4\)$/m)
  expect(output).toMatch(/^\+ .*addTask\(counter, 4\)$/m)
  expect(output).not.toContain('\u001B')
})

test('diff --start shows what was changed, in all files', async () => {
  using workspace = new Workspace()
  const nothing = await workspace.run('diff', '1', '--start')
  const start = await workspace.text(slug, 'start/app.tsx')
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), `${start}// more\n`)
  writeFileSync(workspace.path(slug, 'exercise/own.ts'), '// new\n')

  const { code, output } = await workspace.run('diff', '1', '--start')

  expect(nothing.output).toBe('Nothing is changed yet. Next: bun run kit work 1\n')
  expect(code).toBe(0)
  expect(output).toStartWith('- start   + exercise\n\n')
  expect(output).toContain('\n+// more\n')
  expect(output).toContain(`\nlessons/${slug}/exercise/own.ts\nline 1\n+// new\n`)
  expect(output).not.toMatch(/^-(?! start)/m)
})

test('diff says when nothing differs', async () => {
  using workspace = new Workspace()
  await workspace.run('solution', '1', '--yes')

  const { output } = await workspace.run('diff', '1')

  expect(output).toBe('The exercise is the solution, letter by letter. Next: bun run kit check 1\n')
})

test('with colours, the same text is red and green', async () => {
  using workspace = new Workspace()
  const coloured = workspace.kit(['diff', '1'], { NO_COLOR: '', FORCE_COLOR: '1' })
  const plain = await workspace.run('diff', '1')

  expect(await coloured.ended()).toBe(0)
  expect(coloured.output).toContain('\u001B[31m-')
  expect(coloured.output).toContain('\u001B[32m+')
  expect(Bun.stripANSI(coloured.output)).toBe(plain.output)
})

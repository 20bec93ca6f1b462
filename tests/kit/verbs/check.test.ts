import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'

import { lessons } from '../../../lessons'
import { Workspace } from '../../support/workspace'

const slug = '01-simple-counter'

test('a check has a line for each fact that holds, and the broken one with its hint', async () => {
  using workspace = new Workspace()

  const { code, output, errors } = await workspace.run('check', '1')

  expect([code, errors]).toEqual([1, ''])
  expect(output).toMatch(
    /^Not begun yet: this is the exercise as it starts\.\n✓ The visitor sees the page\.\n✗ lesson 1: .*\. \(bun run kit hint 1\)\n/,
  )
  expect(output).toEndWith('\nNext: bun run kit work 1\n')
})

test('a passed check names the next lesson', async () => {
  using workspace = new Workspace()
  await workspace.run('solution', '1', '--yes')

  const { code, output } = await workspace.run('check', '1')

  expect(code).toBe(0)
  expect(output).not.toContain('✗')
  expect(output).not.toContain('Not begun')
  expect(output).toEndWith('\nLesson 1 is solved. Next: bun run lesson 2\n')
})

test('a check of jobs shows what became of those of the run that fails', async () => {
  using workspace = new Workspace()

  const { code, output } = await workspace.run('check', '5')

  expect(code).toBe(1)
  expect(output).toMatch(/\nevent: the program was killed after its \w+ write/)
  expect(output).toMatch(/\njob awardPoints .* in points, at most 5 attempts:\nattempt 1 ✗ /)
  expect(output).not.toContain('request ')
})

test('an error in the exercise is a sentence with its place, and no trace', async () => {
  using workspace = new Workspace()
  await workspace.run('reset', '1')
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), 'const\n')

  const { code, output } = await workspace.run('check', '1')

  expect(code).toBe(1)
  expect(output).toMatch(/✗ lesson 1: lessons\/01-simple-counter\/exercise\/app\.tsx:\d/)
  expect(output).not.toContain('    at ')
})

test('without a number all are checked at once; solved, they end with 0', async () => {
  using workspace = new Workspace()
  const unsolved = await workspace.run('check')
  for (const { number } of lessons) await workspace.run('solution', String(number), '--yes')

  const solved = await workspace.run('check')

  expect(unsolved.code).toBe(1)
  expect(unsolved.output.match(/✗/g)).toHaveLength(lessons.length)
  expect(unsolved.output).toEndWith('\nNext: bun run kit work 1\n')
  expect(solved.output).toEndWith('\nAll six exercises are solved.\n')
  expect(solved.code).toBe(0)
})

test('the list of lessons waits five seconds for an exercise that hangs, and no longer', async () => {
  using workspace = new Workspace()
  await workspace.run('reset', '1')
  writeFileSync(workspace.path(slug, 'exercise/app.tsx'), 'await new Promise(() => {})')
  const began = performance.now()

  const { output } = await workspace.run()

  // A check by itself waits for twelve.
  expect(performance.now() - began).toBeWithin(4_900, 10_000)
  expect(output).toMatch(/^ {2}1 .*… its check takes long$/m)
  expect(output).toEndWith('\nNext: bun run kit work 1\n')
})

test('without a verb, each lesson says how far it is, and the next command is for the first unsolved one', async () => {
  using workspace = new Workspace()
  await workspace.run('solution', '1', '--yes')
  await workspace.run('reset', '2')
  writeFileSync(workspace.path('02-slow-api', 'exercise/app.tsx'), '// nothing')

  const { code, output, errors } = await workspace.run()

  expect(errors).toBe('Checking lessons 1, 2 …\n')
  expect(output).toMatch(/^ {2}1 .*✓ solved$/m)
  expect(output).toMatch(/^ {2}2 .*✗ \d of [\d?]+ facts hold$/m)
  expect(output).toMatch(/^ {2}3 .*not begun$/m)
  expect(output).toEndWith('\nNext: bun run kit work 2\n')
  expect(code).toBe(0)
})

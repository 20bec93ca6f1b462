/** The command line: what it helps with, what it refuses and with which words, and how it ends. */
import { afterAll, describe, expect, test } from 'bun:test'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { lessons } from '../../lessons'
import { Program } from '../support/program'
import { Workspace } from '../support/workspace'

const workspace = new Workspace()
afterAll(() => workspace[Symbol.dispose]())

const verbs = ['lesson', 'work', 'check', 'hint', 'diff', 'solution', 'reset', 'notes']

test('help names every verb, with what it does', async () => {
  const { code, output, errors } = await workspace.run('--help')

  expect([code, errors]).toEqual([0, ''])
  expect(output).toStartWith('Usage: bun run kit [verb] [options]\n')
  for (const verb of [...verbs, 'watch', 'licences'])
    expect(output).toMatch(new RegExp(`^ {2}${verb}[ |].* [a-z]`, 'm'))
})

describe.each(verbs)('%s', (verb) => {
  test('has a help of its own, in three ways of asking', async () => {
    const answers = await Promise.all([
      workspace.run(verb, '--help'),
      workspace.run(verb, '1', '-h'),
      workspace.run('help', verb),
    ])

    for (const answer of answers) expect(answer).toEqual({ ...answers[0], code: 0, errors: '' })
    const name = verb === 'lesson' ? 'bun run lesson' : `bun run kit ${verb}`
    expect(answers[0]?.output).toStartWith(`Usage: ${name} `)
    expect(answers[0]?.output).toContain('1 to 6')
  })

  test('names the nearest lesson in the place of one that does not exist', async () => {
    const { code, output, errors } = await workspace.run(verb, '9')

    const name = verb === 'lesson' ? 'bun run lesson' : `bun run kit ${verb}`
    expect(errors).toBe(
      `There is no lesson 9. The lessons are 1, 2, 3, 4, 5, 6. Try: ${name} ${lessons.length}\n`,
    )
    expect([code, output]).toEqual([2, ''])
  })

  test('names an option that it does not have', async () => {
    const { code, output, errors } = await workspace.run(verb, '1', '--colour')

    expect(errors).toStartWith("Unknown option '--colour'. ")
    expect(errors).toMatch(new RegExp(`Try: bun run .*${verb} --help\n$`))
    expect([code, output]).toEqual([2, ''])
  })
})

test.each(['lesson', 'work', 'watch'])('%s can draw lanes, or not', async (verb) => {
  const { output } = await workspace.run(verb, '-h')

  expect(output).toMatch(/^ {2}--lanes +draw /m)
  expect(output).toMatch(/^ {2}--no-lanes +draw none/m)
})

test('without a verb, the lessons are listed with the next command to type', async () => {
  const { code, output, errors } = await workspace.run()

  expect([code, errors]).toEqual([0, ''])
  for (const { number, title } of lessons)
    expect(output).toMatch(new RegExp(`^  ${number}  ${title} .*minutes  exercise not begun$`, 'm'))
  expect(output).toEndWith('\nNext: bun run lesson 1\n')
})

const mistakes: [args: string[], sentence: string, instead: string][] = [
  [['lessn', '3'], 'There is no verb lessn.', 'bun run lesson 3'],
  [['hnit', '2'], 'There is no verb hnit.', 'bun run kit hint 2'],
  [['chek'], 'There is no verb chek.', 'bun run kit check 1'],
  [['2'], 'There is no verb 2.', 'bun run lesson 2'],
  [['workers'], 'There is no verb workers.', 'bun run lesson 4'],
  [['xyzzy'], 'There is no verb xyzzy.', 'bun run lesson 1'],
  [['process'], 'There is no verb process.', 'bun run lesson 1'],
  [['chek', '2', '--help'], 'There is no verb chek.', 'bun run kit check 2'],
  [['--help', 'xyzzy'], 'There is no verb xyzzy.', 'bun run lesson 1'],
  [['help', 'hnit'], 'There is no verb hnit.', 'bun run kit hint 1'],
  [['watch', 'a.ts', 'b.ts'], 'Too many arguments', 'bun run kit watch --help'],
  [['hint'], 'hint needs the number of a lesson.', 'bun run kit hint 1'],
  [['hint', '2', '9'], 'Lesson 2 has 3 hints, and no 9.', 'bun run kit hint 2 3'],
  [['hint', '2', 'all'], 'Lesson 2 has 3 hints, and no all.', 'bun run kit hint 2 1'],
  [['check', '1', '2'], 'One lesson at a time, got 1 2.', 'bun run kit check 1'],
  [['solution', '1', '--yess'], 'Did you mean --yes?', 'bun run kit solution --help'],
  [['--versoin'], "Unknown option '--versoin'.", 'bun run kit --help'],
]
test.each(mistakes)('a mistake is a sentence with what was probably meant: %p', async (...row) => {
  const [args, sentence, instead] = row

  const { code, output, errors } = await workspace.run(...args)

  expect(errors).toContain(sentence)
  expect(errors).toEndWith(`Try: ${instead}\n`)
  expect(errors.trim().split('\n')).toHaveLength(1)
  expect([code, output]).toEqual([2, ''])
})

test.skipIf(!existsSync('/dev/full'))(
  'what cannot be printed is a sentence, and a failure',
  async () => {
    const command = `${process.execPath} lessons/kit/kit.ts --help > /dev/full`
    const { exitCode, stderr } = Bun.spawnSync(['sh', '-c', command], { cwd: workspace.folder })

    expect(stderr.toString()).toStartWith('What is printed cannot be written: ')
    expect(exitCode).toBe(1)
  },
)

test('a Bun that only npx has is called as npx calls it', async () => {
  const folder = join(workspace.folder, '_npx/8666/node_modules/bun/bin')
  mkdirSync(folder, { recursive: true })
  const executable = join(folder, 'bun')
  copyFileSync(process.execPath, executable)
  const place = { executable, cwd: workspace.folder }

  await using hint = new Program(['lessons/kit/kit.ts', 'hint', '1'], {}, place)
  await using none = new Program(['lessons/kit/kit.ts', 'lesson', '9'], {}, place)

  expect(await hint.ended()).toBe(0)
  expect(hint.output).toEndWith(`The next one: npx bun@${Bun.version} run kit hint 1 2\n`)
  expect(await none.ended()).toBe(2)
  expect(none.errors).toContain(`npx bun@${Bun.version} run lesson 6`)
})

import { afterAll, describe, expect, test } from 'bun:test'

import { lessons } from '../../../lessons'
import { Workspace } from '../../support/workspace'

const workspace = new Workspace()
afterAll(() => workspace[Symbol.dispose]())

describe.each([...lessons])('hints of lesson $number', ({ number }) => {
  test('come one after another: as many as are asked for, and how to see the next', async () => {
    const [one, two, three] = await Promise.all([
      workspace.run('hint', String(number)),
      workspace.run('hint', String(number), '2'),
      workspace.run('hint', String(number), '3'),
    ])

    expect(one.output).toMatch(/^Hint 1 of 3\n\S/)
    expect(one.output).not.toContain('Hint 2')
    expect(one.output).toEndWith(`\nThe next one: bun run kit hint ${number} 2\n`)
    expect(two.output).toStartWith(one.output.split('\n\nThe next one')[0]!)
    expect(two.output).toMatch(/\nHint 2 of 3\n\S/)
    expect(two.output).toEndWith(`\nThe next one: bun run kit hint ${number} 3\n`)
    expect(three.output).toMatch(/\nHint 3 of 3\n\S/)
    expect(three.output).toEndWith(`bun run kit diff ${number}\n`)
    for (const { code, errors } of [one, two, three]) expect([code, errors]).toEqual([0, ''])
  })
})

test('the notes of each lesson are there for the instructor', async () => {
  for (const { number } of lessons) {
    const { code, output } = await workspace.run('notes', String(number))

    expect(code).toBe(0)
    expect(output.split('\n').length).toBeGreaterThan(5)
  }
})

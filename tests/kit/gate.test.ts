/** `bun run test` with words behind it, and what is left when somebody stops it. */
import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'

import { isAlive } from '../support/processes'
import { Program } from '../support/program'
import { quickFolder } from '../support/quick-folder'
import { until } from '../support/until'

test('a part of the gate runs the tests of that name, and says that it is a part', async () => {
  const gate = new Program(['tests/gate.ts', 'elysia-background'])

  expect(await gate.ended()).toBe(0)
  expect(gate.errors).toContain(' across 1 file.')
  expect(gate.output).toContain('ok   tests, only elysia-background')
  expect(gate.output).toEndWith('This was only a part. The gate is all of it: bun run test\n')
})

test('a part that has no tests fails', async () => {
  const gate = new Program(['tests/gate.ts', 'no-such-part'])

  expect(await gate.ended()).toBe(1)
  expect(gate.output).toContain('0 passed, 1 failed')
})

test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
  'a gate that gets a %s ends, and leaves neither a test nor a folder in memory',
  async (signal) => {
    await using gate = new Program(['tests/gate.ts', 'tests/kit/check.test.ts'])
    const folders = () =>
      readdirSync(quickFolder()).filter((name) => name.startsWith(`gate-${gate.pid}-`))
    const [child = 0] = await until(
      'its tests run',
      () => folders().length > 0 && gate.children.length > 0 && gate.children,
    )

    gate.signal(signal)

    expect(await gate.ended()).toBe(1)
    expect(isAlive(child)).toBeFalse()
    expect(folders()).toEqual([])
  },
)

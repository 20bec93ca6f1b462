/** `bun run test` with words behind it. */
import { expect, test } from 'bun:test'

import { Program } from '../support/program'

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

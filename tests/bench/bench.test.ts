import { expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { here } from './machine'
import type { Result } from './report'

const groups = [
  'attached',
  'unattached',
  'crowd',
  'last-byte',
  'neighbours',
  'in-process',
  'pool',
  'queue',
  'tracing',
  'lanes',
  'one-file',
  'growth',
]

test('a quick run of the benchmark gives figures in every group, or names who was left out', async () => {
  const json = join(tmpdir(), `bench-${process.pid}.json`)

  const program = Bun.spawn(
    [process.execPath, '--no-orphans', here('bench.ts'), '--quick', '--json', json],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  )
  const [printed, errors] = await Promise.all([
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
  ])

  expect([await program.exited, errors]).toEqual([0, ''])
  const results = (await Bun.file(json).json()) as Result[]
  await Bun.file(json).delete()
  expect(results.map(({ name }) => name)).toEqual(groups)
  for (const { name, section } of results) {
    if (section.tables.length === 0) expect([name, section.leftOut]).not.toEqual([name, []])
    for (const { rows } of section.tables)
      for (const [subject, ...figures] of rows)
        for (const figure of figures)
          // JSON has null for what is not a number: processor time, where the system does not tell.
          expect([name, subject, typeof figure?.median]).toEqual([name, subject, 'number'])
    for (const { what, figure } of section.bounds)
      expect([what, Number.isFinite(figure.median)]).toEqual([what, true])
  }
  expect(printed).toContain('Nothing is written.')
}, 180_000)

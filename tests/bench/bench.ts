/**
 * Measures what the library costs, beside what others offer: `bun run bench`. It takes about eleven minutes on two
 * cores that have nothing else to do, and writes RESULTS.md and growth.svg.
 *
 *     bun run bench --quick         a minute or less: does it work? Its figures mean nothing, and nothing is written
 *     bun run bench --only pool     one group, or several between commas; nothing is written
 *     --write                       writes all the same
 *     --json FILE                   the figures for a program
 *
 * A bound that is not held is marked short; only a benchmark that does not work fails.
 */
import { parseArgs } from 'node:util'

import { ensureInstalled } from '../../lessons/kit/installed'
import { attached } from './attached'
import { crowd } from './crowd'
import { growth, picture } from './growth'
import { inProcess } from './in-process'
import { lanes } from './lanes'
import { lastByte } from './last-byte'
import { bun, here } from './machine'
import type { Run } from './measure'
import { neighbours } from './neighbours'
import { oneFile } from './one-file'
import { pool } from './pool'
import { queueGroup } from './queue-group'
import { boundLines, type Result, resultsPage, tableText } from './report'
import { tracing } from './tracing'
import { unattached } from './unattached'

const groups = [
  attached,
  unattached,
  crowd,
  lastByte,
  neighbours,
  inProcess,
  pool,
  queueGroup,
  tracing,
  lanes,
  oneFile,
  growth,
]

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})

await ensureInstalled('everything')

const chosen = options.only?.split(',') ?? groups.map(({ name }) => name)
for (const name of chosen)
  if (!groups.some((group) => group.name === name))
    throw new TypeError(
      `No group is called ${name}. There are ${groups.map((one) => one.name).join(', ')}.`,
    )

const began = performance.now()
const results: Result[] = []
for (const group of groups) {
  if (!chosen.includes(group.name)) continue
  const groupBegan = performance.now()
  const run: Run = {
    isQuick: options.quick,
    rounds: (full, quick) => (options.quick ? quick : full),
    say: (text) => console.log(`${group.name}: ${text}`),
  }
  const section = await group.measure(run)
  const result = { name: group.name, title: group.title, section }
  results.push(result)
  for (const table of section.tables) console.log(`${tableText(table)}\n`)
  for (const why of section.leftOut) console.log(`  left out: ${why}`)
  for (const line of boundLines(result)) console.log(line)
  console.log(`${group.name}: ${((performance.now() - groupBegan) / 1_000).toFixed(0)} s\n`)
}
const minutes = (performance.now() - began) / 60_000

if (options.json) await Bun.write(options.json, JSON.stringify(results))
if (options.write || (!options.quick && !options.only)) await write()
else console.log('Nothing is written.')
process.exit()

async function write(): Promise<void> {
  const page = here('RESULTS.md')
  await Bun.write(page, resultsPage(results, minutes))
  for (const { section } of results)
    if ('svg' in section && typeof section.svg === 'string') await Bun.write(picture, section.svg)
  Bun.spawnSync([bun, 'fmt', '--no-script', page])
  console.log(`Written: ${page}.`)
}

/** The durable queue beside BullMQ used directly: a program of its own, which needs a Redis server of its own. */
import { existsSync } from 'node:fs'

import { bun, here } from './machine'
import type { Figure } from './measure'
import { type Group, type Section, without } from './section'

export const queueGroup: Group = {
  name: 'queue',
  title: 'The queue',

  async measure(run): Promise<Section> {
    const program = here('queue.ts')
    if (!existsSync(program)) return without('The queue: tests/bench/queue.ts is not there')
    const rounds = run.rounds(8, 1)
    run.say(`${rounds} rounds`)
    const child = Bun.spawn([bun, program, String(rounds)], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [printed, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    const code = await child.exited
    const lines = [...printed.matchAll(line)].map(({ groups = {} }) => groups)
    if (lines.length === 0) return without(`The queue: it printed no figures (${code}) ${errors}`)
    return {
      method: `${rounds} rounds, interleaved; BullMQ on the same Redis through the same client.`,
      tables: [
        {
          columns: [
            ['jobs/s', 'a second'],
            ['ours / BullMQ', 'times'],
            ['BullMQ again / BullMQ', 'times'],
          ],
          rows: lines.map(({ what = '', rate, ours, again }) => [
            what.trim(),
            single(rate),
            single(ours),
            single(again),
          ]),
        },
      ],
      bounds: [],
      leftOut: [],
    }
  },
}

/** As queue.ts prints it: what, then jobs a second with the ratio to BullMQ behind it. */
const line =
  /^(?<what>\S.*?)\s+bullmq .*? again \d+ \((?<again>[\d.]+)\)\s+ours (?<rate>\d+) \((?<ours>[\d.]+)\)/gm

/** It has summed up already: there is no spread to be shown. */
function single(text: string | undefined): Figure {
  const median = Number(text)
  return { median, low: median, high: median }
}

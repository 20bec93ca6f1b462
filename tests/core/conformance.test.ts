/** What the core is held to. The same cases score its peers: `bun run conformance`. */
import { describe, test } from 'bun:test'

import { cases } from './conformance/cases'
import { Subject } from './conformance/subject'

/** Claims about time need a machine that is not flooded: so many servers at once, and no more. */
const lanes = Array.from({ length: 3 }, () => Promise.resolve())
let nextLane = 0

/** Runs `work` when the lane before it is free. */
function inLane(work: () => Promise<void>): Promise<void> {
  const lane = nextLane++ % lanes.length
  const done = lanes[lane]!.then(work)
  lanes[lane] = done.catch(() => {})
  return done
}

for (const mode of ['aot', 'dynamic'] as const) {
  describe.concurrent(mode === 'aot' ? 'compiled ahead of time' : 'aot: false', () => {
    for (const { id, sentence, scenario = id, run } of cases) {
      test(
        `${id}: ${sentence}`,
        () =>
          inLane(async () => {
            await using subject = await Subject.start('ours', mode, scenario)
            await run(subject)
          }),
        120_000,
      )
    }
  })
}

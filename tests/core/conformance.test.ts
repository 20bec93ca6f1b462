/** What the core is held to. The same cases score its peers: `bun run conformance`. */
import { describe, test } from 'bun:test'

import { cases } from './conformance/cases'
import { Subject } from './conformance/subject'

for (const mode of ['aot', 'dynamic'] as const) {
  describe.concurrent(mode === 'aot' ? 'compiled ahead of time' : 'aot: false', () => {
    for (const { id, sentence, scenario = id, run } of cases) {
      test(`${id}: ${sentence}`, async () => {
        await using subject = await Subject.start('ours', mode, scenario)
        await run(subject)
      }, 60_000)
    }
  })
}

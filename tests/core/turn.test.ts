/** What shares a turn of the event loop. */
import { expect, test } from 'bun:test'

import { BackgroundRunner } from '../../core'

test.each([1, 1_000])(
  'tasks that block let others in between, %i at a time',
  async (concurrency) => {
    const runner = new BackgroundRunner({ concurrency })
    const turns = new Set<number>()
    let turn = 0
    const count = () => {
      turn++
      if (runner.pending > 0) setImmediate(count)
    }
    for (let added = 0; added < 12; added++)
      runner.addTask(() => {
        turns.add(turn)
        Bun.sleepSync(3)
      })
    setImmediate(count)

    await runner.idle()

    expect(turns.size).toBeGreaterThan(5)
  },
)

/** What shares a turn of the event loop. */
import { expect, test } from 'bun:test'

import { BackgroundRunner } from '../../core'
import { NextTurn } from '../../core/turn'

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

test('what comes due in a turn has the next one', async () => {
  const turns = new NextTurn()
  const seen: string[] = []
  const again = { due: () => void seen.push('again') }
  const { promise, resolve } = Promise.withResolvers<void>()

  turns.add({
    due() {
      seen.push('first')
      turns.add(again)
      turns.add({ due: resolve })
    },
  })
  turns.add({ due: () => void seen.push('second') })
  await promise

  expect(seen).toEqual(['first', 'second', 'again'])
})

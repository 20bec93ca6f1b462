/** The tests in eject.cut.ts, with the network cut. */
import { expect, test } from 'bun:test'

import { withoutNetwork } from '../support/network'

if (!withoutNetwork)
  console.warn('Not cut: the network of the workspace, because unshare --net is not allowed here.')

test('a workspace does all it can do without a network', async () => {
  await using tests = Bun.spawn(
    [...(withoutNetwork ?? []), process.execPath, 'test', `${import.meta.dir}/eject.cut.ts`],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )

  expect(await tests.exited).toBe(0)
}, 180_000)

/** The tests in binary.cut.ts, with the network cut: they and the binary run in a network namespace of their own. */
import { expect, test } from 'bun:test'

import { withoutNetwork } from '../support/network'

if (!withoutNetwork)
  console.warn('Not cut: the network of the binary, because unshare --net is not allowed here.')

test('the binary does all it can do without a network', async () => {
  await using tests = Bun.spawn(
    [...(withoutNetwork ?? []), process.execPath, 'test', `${import.meta.dir}/binary.cut.ts`],
    {
      env: { ...process.env, NETWORK_IS_CUT: withoutNetwork ? 'yes' : 'no' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )

  expect(await tests.exited).toBe(0)
}, 180_000)

import { expect, test } from 'bun:test'

import { measureSlowness, slowness } from '../../lessons/kit/check/slowness'

test.each([
  ['quick', 40, 1],
  ['busy', 300, 2],
  ['hardly moves', 60_000, 4],
])(
  'a machine that is %s: %d ms until a check is loaded are %d times the usual time',
  (_, ms, times) => {
    expect(measureSlowness(ms)).toBe(times)
    expect(slowness()).toBe(times)
  },
)

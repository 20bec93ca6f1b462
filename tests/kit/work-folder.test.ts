/** What watches an exercise, where time and file system play tricks. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, unlinkSync, type watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { FolderWatch } from '../../lessons/kit/work/watch'
import { until } from '../support/until'

let folder: string
let app: string
let changes: string[][]
let polls: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watched-'))
  app = join(folder, 'app.tsx')
  writeFileSync(app, 'one')
  changes = []
  polls = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function watched(watchFiles?: typeof watch): FolderWatch {
  return new FolderWatch(folder, {
    onChange: (files) => changes.push(files),
    onPolling: () => polls++,
    ...(watchFiles && { watch: watchFiles }),
  })
}

test('a file that is deleted and comes back changed is one change', async () => {
  using one = await watched().start()
  unlinkSync(app)

  const look = one.look()
  writeFileSync(app, 'two')

  expect(await look).toBe(true)
  expect(changes).toEqual([['app.tsx']])
})

test('a file that is deleted and comes back as it was is none', async () => {
  using one = await watched().start()
  unlinkSync(app)

  const look = one.look()
  writeFileSync(app, 'one')

  expect(await look).toBe(false)
  expect(changes).toEqual([])
})

test('a file that is empty is waited for, and a file that stays away is a change', async () => {
  using one = await watched().start()
  writeFileSync(app, '')
  const look = one.look()
  writeFileSync(app, 'two')
  await look
  unlinkSync(app)

  await one.look()

  expect(changes).toEqual([['app.tsx'], ['app.tsx']])
})

test('the test file that it writes is gone, and no change', async () => {
  using one = await watched().start()

  expect(await one.look()).toBe(false)
  expect([...new Bun.Glob('*').scanSync({ cwd: folder, dot: true })]).toEqual(['app.tsx'])
  expect(polls).toBe(0)
})

const silent = (() => Object.assign(new EventEmitter(), { close() {} })) as unknown as typeof watch
const refusing = (() => {
  throw new Error('ENOSPC: too many watchers')
}) as unknown as typeof watch

for (const [what, watchFiles] of [
  ['a file system that tells of nothing', silent],
  ['a system that has no watcher left', refusing],
] as const)
  test(`${what} is looked at every half second, and that is said once`, async () => {
    using one = await watched(watchFiles).start()
    void one
    expect(polls).toBe(1)

    for (const text of ['two', 'three']) {
      const before = changes.length
      writeFileSync(app, text)
      await until('the change is seen', () => changes.length > before)
    }

    expect(changes).toEqual([['app.tsx'], ['app.tsx']])
    expect(polls).toBe(1)
  })
